internal import NIOHTTP1

/// The proxies whose word is taken for where a request comes from.
@available(SwiftSSE 1.0, *)
struct TrustedProxies: Sendable {
    /// The origin of a request, as a trusted proxy says.
    struct Origin: Equatable {
        /// The client's address, `nil` if the proxy does not tell it.
        var address: IPAddress?
        /// Whether the client speaks TLS, `nil` if the proxy does not tell.
        var isSecure: Bool?
    }

    private let networks: [IPNetwork]
    /// A Boolean value that indicates whether all are trusted who connect by a socket in the file system, whose
    /// permissions say who may.
    private let includesUnix: Bool

    init() {
        self.networks = []
        self.includesUnix = false
    }

    init(_ texts: [String]) throws(ServerConfigurationError) {
        var networks: [IPNetwork] = []
        // nginx writes it with a colon.
        let isUnix: (String) -> Bool = { $0 == "unix" || $0 == "unix:" }
        for text in texts where !isUnix(text) {
            guard let network = IPNetwork(text) else {
                let message =
                    "The trusted proxy \(text.debugDescription) is neither an address nor a network, nor unix."
                throw ServerConfigurationError(.invalidProxy, message)
            }
            networks.append(network)
        }
        self.networks = networks
        self.includesUnix = texts.contains(where: isUnix)
    }

    /// A Boolean value that indicates whether nobody is trusted.
    var isEmpty: Bool { self.networks.isEmpty && !self.includesUnix }

    /// Tells whether the other end of a connection is trusted.
    ///
    /// - Parameters:
    ///   - address: Its address, `nil` if it has none.
    ///   - isUnix: Whether the connection came by a socket in the file system.
    func trusts(_ address: IPAddress?, isUnix: Bool) -> Bool {
        isUnix ? self.includesUnix : address.map(self.contains) ?? false
    }

    func contains(_ address: IPAddress) -> Bool { self.networks.contains { $0.contains(address) } }

    /// Where a request comes from, `nil` unless it comes through a trusted proxy.
    ///
    /// Each proxy adds the address that it sees to the end of the list, so that only what stands behind the last client
    /// is true, and the last address that is no trusted proxy's is the client.
    func origin(_ headers: HTTPHeaders, from peer: IPAddress?) -> Origin? {
        guard let peer, self.contains(peer) else { return nil }
        return self.origin(headers)
    }

    /// Where a request comes from, by what a trusted proxy says.
    func origin(_ headers: HTTPHeaders) -> Origin {
        let hops = ForwardedHop.all(in: headers)
        var origin = Origin()
        for hop in hops.reversed() {
            // Nobody knows who said what stands before an address that is none.
            guard let address = hop.address else { break }
            origin.address = address
            if let isSecure = hop.isSecure { origin.isSecure = isSecure }
            if !self.contains(address) { break }
        }
        if let scheme = headers[canonicalForm: "X-Forwarded-Proto"].last {
            origin.isSecure = scheme.lowercased() == "https"
        }
        return origin
    }
}
