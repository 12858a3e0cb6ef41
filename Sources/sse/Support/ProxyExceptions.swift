import Foundation

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
