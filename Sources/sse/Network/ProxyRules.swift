import Foundation

/// Which proxy is for which server: what `--proxy` says, or the variables that other programs read as well.
///
/// - SeeAlso: [curl, environment variables](https://curl.se/docs/manpage.html#ENVIRONMENT)
struct ProxyRules: Sendable {
    private let byScheme: [String: ProxyServer]
    private let exceptions: ProxyExceptions

    /// Reads the rules.
    ///
    /// - Parameters:
    ///   - option: What `--proxy` says; empty for no proxy at all.
    ///   - environment: The environment. A name in lower case goes before the same one in capitals.
    init(option: String?, environment: [String: String]) throws {
        if let option {
            let proxy = option.isEmpty ? nil : try ProxyServer(option, from: "--proxy")
            self.byScheme = proxy.map { ["http": $0, "https": $0] } ?? [:]
            // Whoever names a proxy means it.
            self.exceptions = ProxyExceptions("")
            return
        }
        func proxy(_ names: String...) throws -> ProxyServer? {
            for name in names {
                guard let text = environment[name], !text.isEmpty else { continue }
                return try ProxyServer(text, from: name)
            }
            return nil
        }
        let all = try proxy("all_proxy", "ALL_PROXY")
        // A CGI program has the field `Proxy` of a request there: https://httpoxy.org
        let plain = try environment["REQUEST_METHOD"] == nil ? proxy("http_proxy", "HTTP_PROXY") : proxy("http_proxy")
        var byScheme: [String: ProxyServer] = [:]
        byScheme["http"] = plain ?? all
        byScheme["https"] = try proxy("https_proxy", "HTTPS_PROXY") ?? all
        self.byScheme = byScheme
        self.exceptions = ProxyExceptions(environment["no_proxy"] ?? environment["NO_PROXY"] ?? "")
    }

    /// The proxy for a server, `nil` if it is reached without one.
    func proxy(isSecure: Bool, host: String, port: Int) -> ProxyServer? {
        guard let proxy = self.byScheme[isSecure ? "https" : "http"] else { return nil }
        return self.exceptions.contain(host, port: port) ? nil : proxy
    }

    /// The proxy for a URL, `nil` if it is reached without one.
    func proxy(for url: String) -> ProxyServer? {
        guard !self.byScheme.isEmpty, let url = URLComponents(string: url), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host
        else { return nil }
        return self.proxy(isSecure: scheme == "https", host: host, port: url.port ?? (scheme == "https" ? 443 : 80))
    }
}

/// The servers that `NO_PROXY` excepts: names with all below them, addresses, networks, each perhaps with a port; or `*`.
struct ProxyExceptions: Sendable {
    private struct Entry: Sendable {
        let host: String
        let port: Int?
        /// The network, if it is one.
        let network: (bytes: [UInt8], bits: Int)?
    }

    private let entries: [Entry]

    init(_ list: String) {
        self.entries = list.split { $0 == "," || $0.isWhitespace }.map { Self.entry($0.lowercased()) }
    }

    /// Whether a server is excepted.
    func contain(_ host: String, port: Int) -> Bool {
        var host = Self.withoutBrackets(host.lowercased())
        if host.hasSuffix(".") { host.removeLast() }
        let address = Self.address(host)
        return self.entries.contains { entry in
            guard entry.port ?? port == port else { return false }
            if entry.host == "*" { return true }
            if let network = entry.network {
                return address.map { Self.isIn(network, $0) } ?? false
            }
            if let address { return Self.address(entry.host) == address }
            return host == entry.host || host.hasSuffix("." + entry.host)
        }
    }

    private static func entry(_ text: String) -> Entry {
        if let slash = text.lastIndex(of: "/"), let bits = Int(text[text.index(after: slash)...]),
            let bytes = Self.address(Self.withoutBrackets(String(text[..<slash]))), (0...bytes.count * 8).contains(bits)
        {
            return Entry(host: "", port: nil, network: (bytes, bits))
        }
        var host = text
        var port: Int?
        // The colons of a bare IPv6 address are no port's.
        if Self.address(text) == nil, let colon = text.lastIndex(of: ":"),
            let number = Int(text[text.index(after: colon)...])
        {
            host = String(text[..<colon])
            port = number
        }
        host = Self.withoutBrackets(host)
        if host.hasPrefix("*.") { host.removeFirst() }
        if host.hasPrefix(".") { host.removeFirst() }
        if host.hasSuffix(".") { host.removeLast() }
        return Entry(host: host, port: port, network: nil)
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private static func address(_ text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: &v4) { Array($0) } }
        var v6 = in6_addr()
        if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: &v6) { Array($0) } }
        return nil
    }

    private static func isIn(_ network: (bytes: [UInt8], bits: Int), _ address: [UInt8]) -> Bool {
        guard address.count == network.bytes.count else { return false }
        return (0..<network.bits).allSatisfy { bit in
            (address[bit / 8] ^ network.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }
}
