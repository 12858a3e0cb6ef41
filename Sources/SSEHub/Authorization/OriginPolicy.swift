internal import NIOHTTP1
internal import SSEHTTPServer
internal import SSEServer

/// What pages of other origins may do (Fetch standard, “CORS protocol”).
@available(SwiftSSE 1.0, *)
struct OriginPolicy: Sendable {
    /// The origins that may read and publish with credentials.
    private let allowed: Set<String>
    /// Whether all others may as well, without credentials.
    private let isOpen: Bool
    /// The headers that pages get to see beside those that they see anyway.
    private let exposedHeaders: String

    /// The headers that pages may send.
    private let requestHeaders: String

    /// - Parameters:
    ///   - origins: Those that are allowed.
    ///   - headers: Headers that pages may send beside those of the protocol.
    init(_ origins: [String], headers: [String] = [], _ names: ProtocolNames) {
        let ours = ["Authorization", "Cache-Control", "Content-Type", "Idempotency-Key", "Last-Event-ID"]
        self.requestHeaders = (ours + headers).joined(separator: ", ")
        self.exposedHeaders =
            (names.cursorHeaders + [
                "Link", "ETag", "Retry-After", "WWW-Authenticate", "Idempotent-Replayed", "Accept-Query",
            ]).joined(separator: ", ")
        self.isOpen = origins.contains("*")
        self.allowed = Set(origins.map { $0.lowercased() }).subtracting(["*"])
    }

    // MARK: Reading

    /// A Boolean value that indicates whether pages of other origins may read anything.
    var letsPagesRead: Bool { self.isOpen || !self.allowed.isEmpty }

    /// The headers that let a page read the response to its request.
    func headers(for request: HTTPRequestHead) -> HTTPHeaders {
        guard self.letsPagesRead else { return [:] }
        // The answer depends on it, also where it is missing.
        var headers: HTTPHeaders = ["Vary": "Origin"]
        let origins = request.headers["Origin"]
        guard origins.count == 1, let origin = origins.first else { return headers }
        if self.allowed.contains(origin.lowercased()) {
            headers.add(name: "Access-Control-Allow-Origin", value: origin)
            headers.add(name: "Access-Control-Allow-Credentials", value: "true")
        } else if self.isOpen {
            headers.add(name: "Access-Control-Allow-Origin", value: "*")
        } else {
            return headers
        }
        headers.add(name: "Access-Control-Expose-Headers", value: self.exposedHeaders)
        return headers
    }

    /// Answers a browser that asks what a page's request may have.
    func preflight(_ request: HTTPRequestHead, methods: String) -> ServerResponse {
        ServerResponse(
            .noContent,
            headers: [
                "Allow": methods,
                "Access-Control-Allow-Methods": methods,
                "Access-Control-Allow-Headers": self.requestHeaders,
                "Access-Control-Max-Age": "600",
            ]
        )
    }

    // MARK: Forgery

    /// Whether a request with a cookie comes from a page that may send it: one of the hub's own origin, or of one that
    /// is allowed. The browser says so by the header `Origin`, or else by `Referer`; without both it does not count.
    func allowsCookie(of request: HTTPRequestHead) -> Bool {
        switch Self.page(of: request.headers) {
        case .origin(let origin): self.isTrusted(origin, request)
        case .none, .unknown: false
        }
    }

    /// Whether a request without a token, from a program or a page, may publish to a hub that is open to everybody. A
    /// page of another origin could else publish from the browser of somebody who happens to run one.
    func checkOpenPublishing(_ request: HTTPRequestHead) throws(HubRefusal) {
        let foreign = HubRefusal(.forbidden, "Pages of other origins may not publish to this hub.")
        let origin: String
        switch Self.page(of: request.headers) {
        case .none:
            // A browser says this also where it leaves out the page's origin (Fetch Metadata, section 2.3).
            let sites = request.headers[canonicalForm: "Sec-Fetch-Site"].map { $0.lowercased() }
            guard sites.allSatisfy({ $0 == "same-origin" || $0 == "none" }) else { throw foreign }
            return
        case .unknown: throw foreign
        case .origin(let known): origin = known
        }
        if self.allowed.contains(origin.lowercased()) { return }
        guard Self.isOwn(origin, request) else { throw foreign }
        // The same origin may be a name that its owner has just made to lead here.
        guard HostPolicy.isAddressOrLocalhost(HostPolicy.name(in: request.headers.first(name: "Host") ?? "")) else {
            throw HubRefusal(
                .forbidden,
                "Pages may publish to a hub without tokens only by its address, or as localhost."
            )
        }
    }

    /// The page that a request comes from, by what its browser says.
    private enum Page {
        /// None, as far as it is said.
        case none
        /// One of this origin.
        case origin(String)
        /// It is said, but not in a way that can be understood, or in two.
        case unknown
    }

    private static func page(of headers: HTTPHeaders) -> Page {
        let origins = headers["Origin"]
        guard origins.count < 2 else { return .unknown }
        if let origin = origins.first { return .origin(origin) }
        let referers = headers["Referer"]
        guard let referer = referers.first else { return .none }
        guard referers.count == 1, let origin = Self.origin(ofURL: referer) else { return .unknown }
        return .origin(origin)
    }

    private func isTrusted(_ origin: String, _ request: HTTPRequestHead) -> Bool {
        self.allowed.contains(origin.lowercased()) || Self.isOwn(origin, request)
    }

    private static func isOwn(_ origin: String, _ request: HTTPRequestHead) -> Bool {
        guard let host = request.headers.first(name: "Host")?.lowercased(), !host.isEmpty else { return false }
        // A proxy may have taken TLS off, so the scheme is not known.
        return ["http://\(host)", "https://\(host)"].contains(origin.lowercased())
    }

    /// `https://example.com` of `https://example.com/page`.
    private static func origin(ofURL url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let end = url[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? url.endIndex
        return String(url[..<end])
    }
}
