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

// The other end of a socket, and what is asked of the system for it.
extension SocketQueue {
    /// The most bytes that the system takes beyond what it has sent. What it has sent is bounded by what the peer
    /// takes, so this bounds what a client that is slow, or gone, makes the system keep.
    private static let unsentBytes: CInt = 64 * 1024

    /// Asks the system to keep little for a client, and to find out by itself whether one is there that is sent
    /// nothing.
    ///
    /// A failure, as of a socket that is none of TCP, is passed over.
    static func prepare(_ descriptor: CInt, _ keepAlive: KeepAlive?) {
        Self.set(descriptor, CInt(IPPROTO_TCP), TCP_NOTSENT_LOWAT, Self.unsentBytes)
        if let keepAlive { Self.keepAlive(descriptor, keepAlive) }
    }

    /// Asks the system to find out by itself whether a client is there that is sent nothing.
    static func keepAlive(_ descriptor: CInt, _ keepAlive: KeepAlive) {
        let tcp = CInt(IPPROTO_TCP)
        Self.set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        #if canImport(Darwin)
        Self.set(descriptor, tcp, TCP_KEEPALIVE, keepAlive.silence)
        #else
        Self.set(descriptor, tcp, TCP_KEEPIDLE, keepAlive.silence)
        #endif
        Self.set(descriptor, tcp, TCP_KEEPINTVL, keepAlive.interval)
        Self.set(descriptor, tcp, TCP_KEEPCNT, KeepAlive.count)
    }

    /// Shuts a socket down both ways, and asks the system to drop what it has still to send when it is closed, and to
    /// reset the connection. Otherwise it keeps that, and tries on, for minutes.
    static func abandon(_ descriptor: CInt) {
        var value = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
        _ = shutdown(descriptor, CInt(SHUT_RDWR))
    }

    private static func set(_ descriptor: CInt, _ level: CInt, _ name: CInt, _ value: CInt) {
        var value = value
        _ = setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    /// The other end of a connection, as far as it can be seen.
    ///
    /// One whose window is closed has acknowledged all that was sent, and is asked now and then whether it takes more.
    /// It must not count as silent between two such questions, which lie up to two minutes apart.
    static func peer(of descriptor: CInt) -> PeerState {
        guard let count = Self.unacknowledgedBytes(of: descriptor), count > 0 else { return .settled }
        #if os(Linux)
        guard let info = TCPInfo(of: descriptor) else { return .answering }
        let isUnanswered = info.unacknowledgedSegments > 0 && info.lastAnswerAge > info.lastDataAge
        // An answer sets their number to 0, and may do so before the question is counted.
        return isUnanswered || info.windowProbes > 1 ? .silent(heard: info.segmentsIn) : .answering
        #elseif canImport(Darwin)
        var info = tcp_connection_info()
        var size = socklen_t(MemoryLayout<tcp_connection_info>.size)
        guard getsockopt(descriptor, IPPROTO_TCP, TCP_CONNECTION_INFO, &info, &size) == 0, info.tcpi_snd_wnd > 0 else {
            return .answering
        }
        return .silent(heard: UInt32(truncatingIfNeeded: info.tcpi_rxpackets))
        #else
        return .answering
        #endif
    }
}

#if os(Linux)
/// A few fields of `struct tcp_info`, which the headers of C libraries know in part, by their places in `linux/tcp.h`.
private struct TCPInfo {
    /// Questions to a peer whose window is closed that it has not answered.
    let windowProbes: UInt8
    let unacknowledgedSegments: UInt32
    /// How long ago data was sent, again or for the first time, in milliseconds.
    let lastDataAge: UInt32
    /// How long ago an acknowledgement came, in milliseconds.
    let lastAnswerAge: UInt32
    /// How many segments have come.
    let segmentsIn: UInt32

    private static let size = 144

    init?(of descriptor: CInt) {
        let info: TCPInfo? = withUnsafeTemporaryAllocation(byteCount: Self.size, alignment: 8) { bytes in
            var size = socklen_t(Self.size)
            guard let start = bytes.baseAddress,
                getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, start, &size) == 0, size == Self.size
            else {
                return nil
            }
            return TCPInfo(UnsafeRawBufferPointer(bytes))
        }
        guard let info else { return nil }
        self = info
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.windowProbes = bytes[3]
        self.unacknowledgedSegments = bytes.load(fromByteOffset: 24, as: UInt32.self)
        self.lastDataAge = bytes.load(fromByteOffset: 44, as: UInt32.self)
        self.lastAnswerAge = bytes.load(fromByteOffset: 56, as: UInt32.self)
        self.segmentsIn = bytes.load(fromByteOffset: 140, as: UInt32.self)
    }
}
#endif
