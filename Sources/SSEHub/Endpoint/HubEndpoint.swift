internal import CoreMetrics
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

/// Answers the hub's requests.
@available(SwiftSSE 1.0, *)
struct HubEndpoint: Sendable {
    /// Where the hub is (Mercure 0.x).
    static let path = "/.well-known/mercure"

    let fanOut: FanOut
    let names: ProtocolNames
    let origins: OriginPolicy
    /// Whether a token may be in the query, where logs and histories see it.
    let allowsTokenInQuery: Bool
    /// Who is subscribed, `nil` if nobody is told.
    let registry: SubscriptionRegistry?
    let reservedTopics = ReservedTopics(path: HubEndpoint.path)
    let access: HubAccess
    private let showsPage: Bool
    private let metrics: PrometheusMetrics?
    private let counts: HubMetrics
    private let log: HubLog

    init(
        _ configuration: HubConfiguration,
        _ fanOut: FanOut,
        _ access: HubAccess,
        _ registry: SubscriptionRegistry?,
        _ log: HubLog
    ) {
        self.fanOut = fanOut
        self.names = ProtocolNames(configuration.mercureVersion)
        self.origins = OriginPolicy(configuration.allowedOrigins, self.names)
        self.allowsTokenInQuery = configuration.allowsTokenInQuery && self.names.allowsTokenInQuery
        self.showsPage = configuration.showsPage
        self.registry = registry
        self.metrics = configuration.metrics
        self.counts = HubMetrics(configuration.metricsFactory)
        self.log = log
        self.access = access
    }

    var broker: Broker { self.fanOut.broker }

    /// Answers a request.
    func answer(_ request: ServerRequest) -> ServerReply {
        let target = RequestTarget(request.head.uri)
        let reply: ServerReply
        do throws(HubRefusal) {
            reply = try self.route(request, target)
        } catch {
            reply = .response(error.response)
        }
        let counted = self.counting(reply, request, target)
        guard target.path.hasPrefix(Self.path) else { return counted }
        return counted.adding(self.origins.headers(for: request.head))
    }

    /// Has refusals counted, and those of publishers logged.
    private func counting(_ reply: ServerReply, _ request: ServerRequest, _ target: RequestTarget) -> ServerReply {
        let kind: HubMetrics.Request =
            if target.path != Self.path { .other } else if request.head.method == .POST { .publish } else { .subscribe }
        return reply.onRefusal { [counts, log] response in
            let status = Int(response.status.code)
            counts.countRefusal(kind, status: status)
            guard kind == .publish else { return }
            log.publishRefused(status: status, reason: String(buffer: response.body).trimmingLineEnd)
        }
    }

    private func route(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        let method = request.head.method
        switch (target.path, method) {
        case (Self.path, .GET), (Self.path, .HEAD): return try self.subscribe(request, target)
        case (Self.path, .POST): return try self.publish(request, target)
        case (Self.path, _): return try self.refuse(request, methods: "GET, HEAD, POST")
        case ("/healthz", .GET), ("/healthz", .HEAD): return .later { .response(await self.health()) }
        case ("/", .GET) where self.showsPage, ("/", .HEAD) where self.showsPage:
            return .response(ConsolePage.response(self.names))
        case ("/metrics", .GET), ("/metrics", .HEAD):
            guard let metrics else { break }
            return .later { .response(MetricsPage.response(metrics)) }
        case ("/healthz", _),
            ("/", _) where self.showsPage:
            return try self.refuse(request, methods: "GET, HEAD")
        default: break
        }
        if let registry, let rest = target.rest(beneath: ActiveSubscription.path) {
            guard method == .GET || method == .HEAD else { return try self.refuse(request, methods: "GET, HEAD") }
            return try self.subscriptions(registry, request, target, rest)
        }
        throw HubRefusal(.notFound, "There is nothing here; the hub is at \(Self.path).")
    }

    /// Answers a method that a place does not have; a browser's question which ones it has is one of those.
    private func refuse(_ request: ServerRequest, methods: String) throws(HubRefusal) -> ServerReply {
        if request.head.method == .OPTIONS { return .response(self.origins.preflight(request.head, methods: methods)) }
        throw HubRefusal(
            .methodNotAllowed,
            "Use \(methods.replacing(", ", with: " or ")).",
            headers: ["Allow": methods]
        )
    }

    // MARK: Rights

    /// Does something with the grant of a request's subscriber, which is `nil` if there is no token and none is needed.
    func withSubscriber(
        _ request: ServerRequest,
        _ target: RequestTarget,
        needsToken: Bool = false,
        _ body: @escaping @Sendable (TokenGrant?) throws(HubRefusal) -> ServerReply
    ) throws(HubRefusal) -> ServerReply {
        switch self.access.subscribing {
        case .everybody where needsToken:
            throw HubRefusal(.forbidden, "This hub has no key by which subscribers could be told apart.")
        case .everybody:
            return try body(nil)
        case .bearersOfTokens(let verifier, let admitsOthers):
            guard let credentials = try self.credentials(request, target) else {
                guard admitsOthers, !needsToken else { throw .missingToken("Subscribing") }
                return try body(nil)
            }
            return try self.withGrant(of: credentials.token, verifier) { grant throws(HubRefusal) in try body(grant) }
        }
    }

    /// Does something with what a token grants.
    func withGrant(
        of token: String,
        _ verifier: TokenVerifier,
        _ body: @escaping @Sendable (TokenGrant) throws(HubRefusal) -> ServerReply
    ) throws(HubRefusal) -> ServerReply {
        if let grant = try verifier.known(token) { return try body(grant) }
        return .later {
            do throws(HubRefusal) {
                return try body(try await verifier.verify(token))
            } catch {
                return .response(error.response)
            }
        }
    }

    /// The token that a request brings.
    func credentials(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> Credentials? {
        let query = try self.allowsTokenInQuery ? FormFields(target.query) : nil
        return try Credentials(request.head.headers, query: query, self.names)
    }

    // MARK: Health

    private func health() async -> ServerResponse {
        switch await self.broker.health() {
        case .healthy: ServerResponse(.ok, text: "healthy\n")
        case .degraded(let reason): ServerResponse(.ok, text: "degraded: \(reason)\n")
        case .unavailable(let reason): ServerResponse(.serviceUnavailable, text: "unavailable: \(reason)\n")
        }
    }
}

extension String {
    fileprivate var trimmingLineEnd: String { self.hasSuffix("\n") ? String(self.dropLast()) : self }
}
