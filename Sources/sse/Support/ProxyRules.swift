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
