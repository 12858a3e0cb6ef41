import Foundation

/// Where a hub is.
struct HubURL: Sendable {
    /// Where hubs are by the Mercure protocol.
    static let wellKnownPath = "/.well-known/mercure"

    let isSecure: Bool
    let host: String
    let port: Int
    /// The path and the query, as a request names them.
    let target: String

    /// Reads a URL; one without a path names the hub at the place where hubs are.
    init(_ text: String) throws {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
        else {
            throw CommandFailure("'\(text.printable)' is no URL of a hub; write it as http://localhost:8888.")
        }
        guard url.user == nil, url.password == nil else {
            throw CommandFailure("A hub's URL holds no password; give a token with --token or SSE_TOKEN.")
        }
        self.isSecure = scheme == "https"
        // Foundation leaves the brackets of IPv6 addresses where they are.
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = url.port ?? (self.isSecure ? 443 : 80)
        let path = url.percentEncodedPath
        self.target =
            (path.isEmpty || path == "/" ? Self.wellKnownPath : path)
            + (url.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    /// The value of the field `Host`.
    var authority: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return self.port == (self.isSecure ? 443 : 80) ? host : "\(host):\(self.port)"
    }

    var origin: String { "\(self.isSecure ? "https" : "http")://\(self.authority)" }
}
