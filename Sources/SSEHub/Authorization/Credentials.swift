internal import NIOHTTP1

/// The token that a request brings, and how.
@available(SwiftSSE 1.0, *)
struct Credentials {
    let token: String
    /// Whether the browser has sent it on its own, so that the request may be another page's.
    let isCookie: Bool

    /// Looks for a token: in the header, else in the cookie, else in the query.
    ///
    /// - Parameter query: The query's fields, `nil` if a token there does not count.
    /// - Throws: A refusal if there is more than one header.
    init?(_ headers: HTTPHeaders, query: FormFields?, _ names: ProtocolNames) throws(HubRefusal) {
        let values = headers["Authorization"]
        guard values.count < 2 else {
            throw HubRefusal(
                .badRequest,
                "There is more than one Authorization header.",
                headers: ["WWW-Authenticate": "Bearer error=\"invalid_request\""]
            )
        }
        // Another scheme is another's business: a site with a password has browsers send it along with the cookie.
        let parts = values.first?.split(separator: " ", maxSplits: 1) ?? []
        if let scheme = parts.first, scheme.lowercased() == "bearer" {
            let token = parts.count == 2 ? parts[1].drop { $0 == " " } : ""
            guard !token.isEmpty else { return nil }
            self.init(token: String(token), isCookie: false)
        } else if let token = names.cookies.lazy.compactMap({ Self.cookie($0, headers) }).first {
            self.init(token: token, isCookie: true)
        } else if let token = query?["authorization"], !token.isEmpty {
            self.init(token: token, isCookie: false)
        } else {
            return nil
        }
    }

    private init(token: String, isCookie: Bool) {
        self.token = token
        self.isCookie = isCookie
    }

    /// A cookie's value (RFC 6265, section 4.2.1). HTTP/2 may bring cookies in several headers.
    private static func cookie(_ name: String, _ headers: HTTPHeaders) -> String? {
        for header in headers["Cookie"] {
            for pair in header.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard let separator = pair.firstIndex(of: "="), pair[..<separator] == name else { continue }
                let value = pair[pair.index(after: separator)...]
                if !value.isEmpty { return String(value) }
            }
        }
        return nil
    }
}
