internal import NIOCore
internal import NIOHTTP1

/// The names by which a hub answers.
///
/// A page can have its own name lead to the address of the machine that it is read on (“DNS rebinding”), and then is of
/// the same origin as whatever listens there. The browser says by `Host` which name it used. An address is never such a
/// name.
@available(SwiftSSE 1.0, *)
struct HostPolicy: Sendable {
    private let allowed: Set<String>
    /// Boolean values that indicate whether other names are refused at listeners that only this machine reaches, and
    /// at others.
    private let isClosedLocally: Bool
    private let isClosedElsewhere: Bool

    init(_ configuration: HubConfiguration) {
        let allowed = Set(configuration.allowedHosts.map { $0.lowercased() })
        self.allowed = allowed
        self.isClosedLocally = !allowed.contains("*")
        self.isClosedElsewhere = self.isClosedLocally && !allowed.isEmpty
    }

    /// Checks the name that a request was sent to.
    ///
    /// - Parameter isLocal: A Boolean value that indicates whether only this machine reaches the listener that the
    ///   request came by. Pages do reach it there, whoever else reaches others.
    /// - Throws: A refusal with 421 ([RFC 9110, 15.5.20](https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20)).
    func check(_ request: HTTPRequestHead, isLocal: Bool) throws(HubRefusal) {
        // A request without one, of HTTP/1.0, is no browser's.
        guard isLocal ? self.isClosedLocally : self.isClosedElsewhere, let host = request.headers.first(name: "Host"),
            !host.isEmpty
        else { return }
        let name = Self.name(in: host)
        guard Self.isAddressOrLocalhost(name) || self.allowed.contains(name) else {
            throw HubRefusal(
                .misdirectedRequest,
                "This hub does not answer by this name; allow the name with --allow-host if it is the hub's."
            )
        }
    }

    /// The name or the address without its port, in lower case.
    static func name(in host: String) -> String {
        let host = host.lowercased()
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        let name = host.prefix { $0 != ":" }
        // The same name, as one that is not to be completed.
        return String(name.hasSuffix(".") ? name.dropLast() : name)
    }

    /// Tells whether a name is one that nobody can have lead elsewhere.
    ///
    /// - Parameter name: A name as ``name(in:)`` makes it.
    static func isAddressOrLocalhost(_ name: String) -> Bool {
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        return (try? SocketAddress(ipAddress: name, port: 0)) != nil
    }
}
