import Foundation

/// A proxy, as `--proxy` and the environment name it.
struct ProxyServer: Hashable, Sendable {
    enum Kind: Hashable {
        /// Tunnels by `CONNECT`.
        case http
        case socks
    }

    let kind: Kind
    let host: String
    let port: Int
    let user: String?
    let password: String?

    /// Reads a URL, or `host:port`.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - source: Where it stands, for the error.
    init(_ text: String, from source: String) throws {
        let url = URLComponents(string: text.contains("://") ? text : "http://\(text)")
        guard let url, let host = url.host, !host.isEmpty, (1...65_535).contains(url.port ?? Self.defaultPort) else {
            throw CommandFailure("\(source) names no proxy; write it as http://proxy.example.com:3128.")
        }
        switch url.scheme?.lowercased() {
        case "http": self.kind = .http
        case "socks5", "socks5h", "socks": self.kind = .socks
        default:
            throw CommandFailure("\(source) names a proxy of the kind \(url.scheme ?? ""); http and socks5 are known.")
        }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = url.port ?? Self.defaultPort
        self.user = url.user
        self.password = url.password
        if self.kind == .socks, url.user != nil {
            throw CommandFailure("\(source) names a user for a SOCKS proxy, which is not supported.")
        }
    }

    /// As curl has it.
    private static let defaultPort = 1080

    /// The proxy without what is secret of it.
    var name: String {
        "\(self.kind == .http ? "http" : "socks5")://\(self.host.contains(":") ? "[\(self.host)]" : self.host):\(self.port)"
    }

    /// The value of `Proxy-Authorization`.
    var authorization: String? {
        self.user.map { "Basic \(Data("\($0):\(self.password ?? "")".utf8).base64EncodedString())" }
    }
}
