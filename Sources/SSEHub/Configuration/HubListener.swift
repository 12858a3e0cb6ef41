package import SSEHTTPServer
internal import SSEServer

/// A place at which a ``Hub`` listens, and what it does there.
///
/// ```swift
/// configuration.listeners = [
///     HubListener(.host("0.0.0.0", port: 8080), roles: .subscribe),
///     HubListener(.unixSocket("/run/sse/hub.sock"), roles: [.publish, .operate]),
/// ]
/// ```
@available(SwiftSSE 1.0, *)
public struct HubListener: Sendable, Hashable {
    /// The place of a listener.
    public struct Address: Sendable, Hashable {
        package let place: ServerListener.Address

        /// The host and the port, `nil` for an address that has none, or that is not known.
        package var hostAndPort: (host: String, port: Int)? {
            if case .tcp(let host, let port) = self.place { (host, port) } else { nil }
        }

        /// An address or a name, and a port, 0 for any that is free.
        ///
        /// The name `localhost` is the loopback addresses of IPv4 and IPv6, with the same port. One of them is enough
        /// where the machine does not have both.
        ///
        /// - Parameters:
        ///   - host: The address or the name; one of IPv6 without brackets.
        ///   - port: The port.
        public static func host(_ host: String, port: Int) -> Address { Address(place: .tcp(host: host, port: port)) }

        /// A socket in the file system.
        ///
        /// The file of a socket that nobody listens on any more is replaced, and any other file is left alone. It is
        /// removed when the hub ends.
        ///
        /// - Parameters:
        ///   - path: The path, of at most 100 bytes.
        ///   - mode: The file's permissions, which it has before anybody can connect. Its owner's and its group's by default.
        public static func unixSocket(_ path: String, mode: UInt16 = 0o660) -> Address {
            Address(place: .unix(path: path, mode: mode))
        }

        /// A socket of TCP or in the file system that listens already, such as one that systemd has passed.
        ///
        /// The hub closes it when it ends, and leaves its file alone.
        ///
        /// - Parameter descriptor: The socket's descriptor.
        public static func descriptor(_ descriptor: Int32) -> Address { Address(place: .descriptor(descriptor)) }
    }

    /// The services of a hub to those who reach a listener.
    public struct Roles: OptionSet, Sendable, Hashable {
        /// The bits of the set.
        public let rawValue: UInt8

        /// Takes events in.
        public static let publish = Roles(rawValue: 1)
        /// Sends events, and tells who is subscribed.
        public static let subscribe = Roles(rawValue: 2)
        /// Shows its health, metrics and console.
        public static let operate = Roles(rawValue: 4)
        /// Does all of that.
        public static let all: Roles = [.publish, .subscribe, .operate]

        /// Makes a set from its bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }
    }

    /// The place.
    public var address: Address

    /// The services of the hub there. What it does not do is answered as if it did not know of it.
    public var roles: Roles

    /// A Boolean value that indicates whether each connection begins with a header of the
    /// [PROXY protocol](https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt), of version 1 or 2. It counts from
    /// ``HubConfiguration/trustedProxies`` only; others are not served there.
    public var readsProxyHeader: Bool

    /// Makes a listener.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - roles: What the hub does there, everything by default.
    ///   - readsProxyHeader: Whether each connection begins with a header of the PROXY protocol.
    public init(_ address: Address, roles: Roles = .all, readsProxyHeader: Bool = false) {
        self.address = address
        self.roles = roles
        self.readsProxyHeader = readsProxyHeader
    }
}

@available(SwiftSSE 1.0, *)
extension HubListener.Roles: CustomStringConvertible {
    package static let names: [(name: String, role: Self)] = [
        ("publish", .publish), ("subscribe", .subscribe), ("operate", .operate),
    ]

    /// The names of the roles, such as `publish+operate`.
    public var description: String {
        Self.names.filter { self.contains($0.role) }.map(\.name).joined(separator: "+")
    }
}

/// An error of a hub that cannot listen where it is told to.
@available(SwiftSSE 1.0, *)
public struct HubListeningError: Error, CustomStringConvertible {
    /// The listener's address, as `--listen` of `sse serve` takes it.
    public let address: String

    /// The error of the system, most often an `IOError`, or what is wrong with the address.
    public let cause: any Error

    init(_ error: ServerListeningError) {
        self.address = error.address.description
        self.cause = error.cause
    }

    /// The fault, in one line.
    public var description: String { "Cannot listen on \(self.address): \(self.cause)" }
}
