internal import NIOCore

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// The properties of sockets that NIO has not made, as the system says.
package enum SystemSocket {
    /// The number of connections that may wait for being accepted.
    static let backlog: CInt = 4096

    #if canImport(Darwin) || canImport(Musl)
    private static let stream = SOCK_STREAM
    #else
    private static let stream = CInt(SOCK_STREAM.rawValue)
    #endif

    /// Makes a socket for connections within this machine, which programs that this one starts do not get.
    ///
    /// - Returns: The descriptor, negative if there is none.
    static func makeUnix() -> CInt {
        let descriptor = socket(AF_UNIX, Self.stream, 0)
        if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return descriptor
    }

    /// The address that a socket is bound to, `nil` if it is none of IPv4, IPv6 or the file system.
    static func localAddress(of descriptor: CInt) -> SocketAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes -> SocketAddress? in
            guard let address = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                getsockname(descriptor, address, &size) == 0
            else {
                return nil
            }
            // Behind the length, where systems have one.
            #if canImport(Darwin)
            let family = CInt(bytes[1])
            #else
            let family = CInt(bytes.load(as: UInt16.self))
            #endif
            switch family {
            case AF_INET: return SocketAddress(bytes.load(as: sockaddr_in.self), host: "")
            case AF_INET6: return SocketAddress(bytes.load(as: sockaddr_in6.self), host: "")
            case AF_UNIX: return SocketAddress(bytes.load(as: sockaddr_un.self))
            default: return nil
            }
        }
    }

    /// A Boolean value that indicates whether a descriptor is a socket on which a server can accept connections of TCP
    /// or within this machine.
    package static func isListener(_ descriptor: CInt) -> Bool {
        var kind: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &size) == 0, kind == Self.stream else { return false }
        var accepts: CInt = 0
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) == 0, accepts != 0 else {
            return false
        }
        return Self.localAddress(of: descriptor) != nil
    }

    /// Keeps a descriptor from programs that this one starts.
    package static func setCloseOnExec(_ descriptor: CInt) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }

    /// Lets more connections wait than NIO does for a socket that it has not bound.
    static func widenBacklog(of descriptor: CInt) { _ = listen(descriptor, Self.backlog) }
}
