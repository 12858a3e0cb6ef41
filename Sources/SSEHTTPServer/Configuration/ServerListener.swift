internal import NIOCore
internal import NIOHTTP1

/// A place at which an ``HTTPServer`` listens.
@available(SwiftSSE 1.0, *)
package struct ServerListener: Sendable, Hashable {
    /// The place of a listener.
    package enum Address: Sendable, Hashable {
        /// An address or a name, and a port, 0 for any that is free. The name `localhost` is the loopback addresses of
        /// both families, with the same port.
        case tcp(host: String, port: Int)

        /// A socket in the file system, whose file gets these permissions before anybody can connect. The file is
        /// removed when the server ends.
        case unix(path: String, mode: UInt16)

        /// A socket that listens, or is bound at least, and was made by somebody else, such as systemd. It is closed
        /// when the server ends; its file, if it has one, is left to whoever made it.
        case descriptor(CInt)
    }

    package var address: Address

    /// A Boolean value that indicates whether each connection begins with a header of the PROXY protocol, which counts
    /// from trusted proxies only.
    package var readsProxyHeader: Bool

    package init(_ address: Address, readsProxyHeader: Bool = false) {
        self.address = address
        self.readsProxyHeader = readsProxyHeader
    }
}

@available(SwiftSSE 1.0, *)
extension ServerListener.Address {
    /// A Boolean value that indicates whether only this machine reaches the address, as far as that can be seen without
    /// asking for names.
    package var isLocal: Bool {
        switch self {
        case .tcp(let host, _):
            if host.lowercased() == "localhost" || host == "::1" { return true }
            return host.hasPrefix("127.") && (try? SocketAddress(ipAddress: host, port: 0)) != nil
        case .unix:
            return true
        case .descriptor(let descriptor):
            guard let address = SystemSocket.localAddress(of: descriptor) else { return false }
            return address.protocol == .unix || IPAddress(address)?.isLoopback == true
        }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerListener.Address: CustomStringConvertible {
    /// The address as `--listen` takes it.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path, _): "unix:\(path)"
        case .descriptor(let descriptor): "fd:\(descriptor)"
        }
    }
}

/// A listener that accepts connections.
@available(SwiftSSE 1.0, *)
package struct BoundListener: Sendable {
    /// Which of the server's listeners it is, by its place in ``ServerConfiguration/allListeners``.
    package let index: Int
    /// The host as it was given, or the address of a socket that was passed; `nil` for a socket in the file system.
    package let host: String?
    /// The port, `nil` for a socket in the file system.
    package let port: Int?
    /// The path of a socket in the file system.
    package let path: String?
    /// The addresses of `localhost` that this machine does not have.
    package let missing: [String]

    package init(index: Int, host: String?, port: Int?, path: String?, missing: [String] = []) {
        self.index = index
        self.host = host
        self.port = port
        self.path = path
        self.missing = missing
    }
}

/// An error of a server that cannot listen where it is told to.
@available(SwiftSSE 1.0, *)
package struct ServerListeningError: Error, CustomStringConvertible {
    /// Which listener it is.
    package let address: ServerListener.Address
    /// An `IOError`, an error of looking up a name, or a ``ServerConfigurationError``.
    package let cause: any Error

    package var description: String { "Cannot listen on \(self.address): \(self.cause)" }
}

/// The traits that all connections of a listener share.
struct ListenerTraits: Sendable {
    let index: Int
    /// A Boolean value that indicates whether clients have no addresses, since the socket is in the file system.
    let isUnix: Bool
    let readsProxyHeader: Bool
}

/// The origin of a connection, and what is known of it before its first request.
@available(SwiftSSE 1.0, *)
struct ConnectionOrigin: Sendable {
    /// The listener that has accepted it, by its place in ``ServerConfiguration/allListeners``.
    var listener = 0
    /// The address of the client, or of an HTTP proxy; `nil` if it has none, as over a socket in the file system.
    var address: IPAddress?
    /// A Boolean value that indicates whether the other end is a trusted proxy, whose word is taken for where its
    /// requests come from.
    var isTrusted = false
    /// The status with which all is answered on a connection too many.
    var refusal: HTTPResponseStatus?
    /// A Boolean value that indicates whether this is one of the places kept for those who do not subscribe.
    var isKept = false
}
