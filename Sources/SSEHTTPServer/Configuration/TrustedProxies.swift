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

/// What a proxy says about the one that it got a request from.
@available(SwiftSSE 1.0, *)
struct ForwardedHop: Equatable {
    /// The address, `nil` if the proxy does not tell it.
    var address: IPAddress?
    /// Whether the request came to the proxy over TLS, `nil` if it does not tell.
    var isSecure: Bool?

    /// All that the proxies say, in the order in which a request went through them.
    static func all(in headers: HTTPHeaders) -> [ForwardedHop] {
        let addresses = headers[canonicalForm: "X-Forwarded-For"]
        if !addresses.isEmpty { return addresses.map { ForwardedHop(address: IPAddress(node: $0)) } }
        return headers["Forwarded"].flatMap { self.parse($0) }
    }

    /// Reads a value of `Forwarded`. See [RFC 7239](https://www.rfc-editor.org/rfc/rfc7239#section-4).
    static func parse(_ value: String) -> [ForwardedHop] {
        self.split(Substring(value), at: ",").map { element in
            var hop = ForwardedHop()
            for pair in self.split(element, at: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                switch self.trim(parts[0]).lowercased() {
                case "for": hop.address = IPAddress(node: self.unquote(self.trim(parts[1])))
                case "proto": hop.isSecure = self.unquote(self.trim(parts[1])).lowercased() == "https"
                default: break
                }
            }
            return hop
        }
    }

    /// Splits text where a character stands outside of quotes.
    private static func split(_ text: Substring, at separator: Unicode.Scalar) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted && scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == separator, !isQuoted {
                parts.append(text[start..<index])
                start = text.unicodeScalars.index(after: index)
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    private static func unquote(_ text: Substring) -> Substring {
        text.count >= 2 && text.first == "\"" && text.last == "\"" ? text.dropFirst().dropLast() : text
    }
}
