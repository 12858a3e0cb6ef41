#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// What the system has taken from us for a socket, seen from outside of the channel.
package enum SocketQueue {
    /// Sends bytes without waiting.
    ///
    /// - Returns: How many the socket took, negative if it is broken.
    static func send(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) -> Int {
        while true {
            let count = Self.systemSend(descriptor, bytes)
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN, EWOULDBLOCK, ENOBUFS: return 0
            default: return -1
            }
        }
    }

    private static func systemSend(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT))
        #elseif canImport(Musl)
        Musl.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        #else
        Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
        #endif
    }

    /// How many bytes the peer has not acknowledged yet, `nil` if the system does not tell, as of what is no socket. That number falls as long as
    /// a slow client makes progress, also while the socket takes nothing more.
    package static func unacknowledgedBytes(of descriptor: CInt) -> Int? {
        var count: CInt = 0
        #if canImport(Darwin)
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_NWRITE, &count, &size) == 0 else { return nil }
        return Int(count)
        #else
        // The same with Glibc and with Musl: it is Linux that is asked.
        guard ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 else { return nil }
        return Int(count)
        #endif
    }
}
