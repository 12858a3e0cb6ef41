internal import NIOCore
internal import NIOHTTP1
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

    init(_ origins: [String], _ names: ProtocolNames) {
        self.exposedHeaders = (names.cursorHeaders + ["Link", "ETag", "Retry-After"]).joined(separator: ", ")
        self.isOpen = origins.contains("*")
        self.allowed = Set(origins.map { $0.lowercased() }).subtracting(["*"])
    }

    // MARK: Reading

    /// The headers that let a page read the response to its request.
    func headers(for request: HTTPRequestHead) -> HTTPHeaders {
        guard self.isOpen || !self.allowed.isEmpty else { return [:] }
        // The answer depends on it, also where it is missing.
        var headers: HTTPHeaders = ["Vary": "Origin"]
        guard let origin = request.headers.first(name: "Origin") else { return headers }
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
                "Access-Control-Allow-Headers":
                    "Authorization, Cache-Control, Content-Type, Idempotency-Key, Last-Event-ID",
                "Access-Control-Max-Age": "600",
            ]
        )
    }

    // MARK: Forgery

    /// Whether a request with a cookie comes from a page that may send it: one of the hub's own origin, or of one that
    /// is allowed. The browser says so by the header `Origin`, or else by `Referer`; without both it does not count.
    func allowsCookie(of request: HTTPRequestHead) -> Bool {
        if let origin = request.headers.first(name: "Origin") { return self.isTrusted(origin, request) }
        guard let referer = request.headers.first(name: "Referer"), let origin = Self.origin(ofURL: referer) else {
            return false
        }
        return self.isTrusted(origin, request)
    }

    /// Whether a request without a token, from a program or a page, may publish to a hub that is open to everybody. A
    /// page of another origin could else publish from the browser of somebody who happens to run one.
    func checkOpenPublishing(_ request: HTTPRequestHead) throws(HubRefusal) {
        guard let origin = request.headers.first(name: "Origin") else { return }
        if self.allowed.contains(origin.lowercased()) { return }
        guard Self.isOwn(origin, request) else {
            throw HubRefusal(.forbidden, "Pages of other origins may not publish to this hub.")
        }
        // The same origin may be a name that its owner has just made to lead here.
        guard Self.isAddressOrLocalhost(request.headers.first(name: "Host") ?? "") else {
            throw HubRefusal(
                .forbidden,
                "Pages may publish to a hub without tokens only by its address, or as localhost."
            )
        }
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

    private static func isAddressOrLocalhost(_ host: String) -> Bool {
        let name: String
        if host.hasPrefix("[") {
            name = String(host.dropFirst().prefix { $0 != "]" })
        } else {
            name = String(host.prefix { $0 != ":" })
        }
        if name == "localhost" || name.hasSuffix(".localhost") { return true }
        return (try? SocketAddress(ipAddress: name, port: 0)) != nil
    }
}
