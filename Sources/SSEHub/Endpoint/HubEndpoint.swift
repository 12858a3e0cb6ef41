internal import CoreMetrics
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

/// Answers the hub's requests.
@available(SwiftSSE 1.0, *)
struct HubEndpoint: Sendable {
    /// Asks for something by a body, without changing anything (RFC 10008).
    static let query = HTTPMethod.RAW(value: "QUERY")

    let fanOut: FanOut
    let names: ProtocolNames
    let origins: OriginPolicy
    let hosts: HostPolicy
    /// The roles of the listeners, in the order of their places.
    let listeners: [(roles: HubListener.Roles, isLocal: Bool)]
    /// Whether a token may be in the query, where logs and histories see it.
    let allowsTokenInQuery: Bool
    /// Who is subscribed, `nil` if nobody is told.
    let registry: SubscriptionRegistry?
    let reservedTopics = ReservedTopics(path: RequestTarget.hub)
    let access: HubAccess
    let historyPermits = PagePermits(maximum: 32)
    let subscriptionPermits = PagePermits(maximum: 4)
    /// The console, `nil` if there is none.
    private let page: ConsolePage?
    private let metrics: PrometheusMetrics?
    private let counts: HubMetrics
    private let log: HubLog

    init(
        _ configuration: HubConfiguration,
        _ fanOut: FanOut,
        _ access: HubAccess,
        _ registry: SubscriptionRegistry?,
        _ counts: HubMetrics,
        _ log: HubLog
    ) {
        self.fanOut = fanOut
        self.names = ProtocolNames(configuration.mercureVersion)
        self.origins = OriginPolicy(
            configuration.allowedOrigins,
            headers: configuration.allowedHeaders,
            self.names
        )
        self.hosts = HostPolicy(configuration)
        self.listeners = configuration.allListeners.map { ($0.roles, $0.address.place.isLocal) }
        self.allowsTokenInQuery = configuration.allowsTokenInQuery && self.names.allowsTokenInQuery
        self.page = configuration.showsPage ? ConsolePage(self.names) : nil
        self.registry = registry
        self.metrics = configuration.metrics
        self.counts = counts
        self.log = log
        self.access = access
    }

    var broker: Broker { self.fanOut.broker }

    /// Answers a request.
    func answer(_ request: ServerRequest) -> ServerReply {
        let target = RequestTarget(request.head.uri)
        let reply: ServerReply
        do throws(HubRefusal) {
            try self.checkHost(of: request.head, at: request.listener)
            reply = try self.route(request, target)
        } catch {
            reply = .response(error.response)
        }
        return self.counting(reply, request, target)
    }

    /// The header fields that let a page read the response to its request, whatever that is.
    func fields(for head: HTTPRequestHead) -> HTTPHeaders {
        guard self.origins.letsPagesRead, RequestTarget(head.uri).path.hasPrefix(RequestTarget.hub) else { return [:] }
        return self.origins.headers(for: head)
    }

    /// Answers a browser that asks what a page's request may have, `nil` if that is not what is asked.
    ///
    /// - Parameter listener: The listener's place in the configuration.
    func preflight(_ head: HTTPRequestHead, listener: Int) -> ServerResponse? {
        let target = RequestTarget(head.uri)
        guard head.method == .OPTIONS, (try? self.checkHost(of: head, at: listener)) != nil else { return nil }
        let roles = self.listeners[listener].roles
        if target.path == RequestTarget.hub, let methods = Self.methods(for: roles) {
            return self.origins.preflight(head, methods: methods)
        }
        guard self.registry != nil, roles.contains(.subscribe), target.rest(beneath: ActiveSubscription.path) != nil
        else { return nil }
        return self.origins.preflight(head, methods: "GET, HEAD")
    }

    /// Decides by a request's head what becomes of its body: nobody's is kept who may not publish.
    func screen(_ request: ServerRequest) -> ServerScreening {
        let target = RequestTarget(request.head.uri)
        do throws(HubRefusal) {
            try self.checkHost(of: request.head, at: request.listener)
            let roles = self.listeners[request.listener].roles
            if target.path == RequestTarget.hub, request.head.method == Self.query, roles.contains(.subscribe) {
                return try self.screenSubscriber(request, target)
            }
            guard target.path == RequestTarget.hub, request.head.method == .POST, roles.contains(.publish) else {
                // Who asks before it sends a body is told by the refusal that it need not.
                if request.head.expectsContinue, request.head.method != .GET, request.head.method != .HEAD {
                    _ = try self.route(request, target)
                }
                return .dropBody
            }
            switch try self.publisher(request, target) {
            case .anybody:
                return .keepBody
            case .bearer(let grant):
                try grant.checkPublishesAnything()
                return .keepBody
            case .unverified(let token, let verifier):
                return self.screening(request, target, by: token, verifier, keep: .keepBody) {
                    grant throws(HubRefusal) in try grant.checkPublishesAnything()
                }
            }
        } catch {
            return .refuse(self.response(error, request, target))
        }
    }

    /// Keeps a body if a token is good that has to be verified.
    ///
    /// - Parameter check: A refusal is thrown if the token does not grant enough.
    func screening(
        _ request: ServerRequest,
        _ target: RequestTarget,
        by token: String,
        _ verifier: TokenVerifier,
        keep: ServerScreening,
        _ check: @escaping @Sendable (TokenGrant) throws(HubRefusal) -> Void = { _ in }
    ) -> ServerScreening {
        .later {
            do throws(HubRefusal) {
                try check(try await verifier.verify(token))
                return keep
            } catch {
                return .refuse(self.response(error, request, target))
            }
        }
    }

    /// The response to what is refused before its body has come.
    private func response(_ refusal: HubRefusal, _ request: ServerRequest, _ target: RequestTarget) -> ServerResponse {
        let response = refusal.response
        self.count(response, Self.kind(of: request, target))
        return response
    }

    /// Has refusals counted, and those of publishers logged.
    private func counting(_ reply: ServerReply, _ request: ServerRequest, _ target: RequestTarget) -> ServerReply {
        let kind = Self.kind(of: request, target)
        return reply.onRefusal { self.count($0, kind) }
    }

    private func count(_ refusal: ServerResponse, _ kind: HubMetrics.Request) {
        let status = Int(refusal.status.code)
        self.counts.countRefusal(kind, status: status)
        let reason = String(buffer: refusal.body).trimmingLineEnd
        switch refusal.status {
        // What is wrong with a token has been said, and whose it is.
        case .unauthorized where refusal.headers.first(name: "WWW-Authenticate")?.contains("invalid_token") == true:
            break
        case .unauthorized, .forbidden: return self.log.notAllowed(kind, status: status, reason: reason)
        default: break
        }
        if kind == .publish { self.log.publishRefused(status: status, reason: reason) }
    }

    private static func kind(of request: ServerRequest, _ target: RequestTarget) -> HubMetrics.Request {
        if target.path != RequestTarget.hub {
            .other
        } else if request.head.method == .POST {
            .publish
        } else {
            .subscribe
        }
    }

    private func route(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        let method = request.head.method
        let roles = self.listeners[request.listener].roles
        if target.path == RequestTarget.hub, let methods = Self.methods(for: roles) {
            switch method {
            case .GET where roles.contains(.subscribe), .HEAD where roles.contains(.subscribe),
                Self.query where roles.contains(.subscribe):
                return try self.subscribe(request, target)
            case .POST where roles.contains(.publish): return try self.publish(request, target)
            default: return try self.refuse(request, methods: methods)
            }
        }
        guard roles.contains(.operate) || !Self.operatingPaths.contains(target.path) else { throw .nothingHere(roles) }
        switch (target.path, method) {
        case ("/healthz", .GET), ("/healthz", .HEAD), ("/readyz", .GET), ("/readyz", .HEAD):
            return .later { .response(await self.health()) }
        case ("/livez", .GET), ("/livez", .HEAD):
            return .response(ServerResponse(.ok, headers: ["Cache-Control": "no-store"], text: "alive\n"))
        case ("/", .GET), ("/", .HEAD):
            guard let page else { break }
            return .response(page.response)
        case ("/metrics", .GET), ("/metrics", .HEAD):
            guard let metrics else { break }
            return .later { .response(MetricsPage.response(metrics)) }
        case ("/healthz", _), ("/readyz", _), ("/livez", _),
            ("/", _) where self.page != nil:
            return try self.refuse(request, methods: "GET, HEAD")
        default: break
        }
        if let registry, roles.contains(.subscribe), let rest = target.rest(beneath: ActiveSubscription.path) {
            guard method == .GET || method == .HEAD else { return try self.refuse(request, methods: "GET, HEAD") }
            return try self.subscriptions(registry, request, target, rest)
        }
        throw .nothingHere(roles)
    }

    /// Answers a method that a place does not have; a browser's question which ones it has is one of those.
    private func refuse(_ request: ServerRequest, methods: String) throws(HubRefusal) -> ServerReply {
        if request.head.method == .OPTIONS { return .response(self.origins.preflight(request.head, methods: methods)) }
        var fields: HTTPHeaders = ["Allow": methods]
        if methods.hasSuffix("QUERY") { fields.add(name: "Accept-Query", value: HTTPRequestHead.formType) }
        throw HubRefusal(
            .methodNotAllowed,
            "Use \(methods.replacing(", ", with: " or ")).",
            headers: fields
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
        return .waiting(for: { () async throws(HubRefusal) in try body(try await verifier.verify(token)) })
    }

    /// The token that a request brings.
    func credentials(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> Credentials? {
        let query = try self.allowsTokenInQuery ? FormFields(target.query) : nil
        return try Credentials(request.head.headers, query: query, self.names)
    }

    // MARK: Health

    /// The answer to the question whether the hub is ready for publishers and subscribers. One that is not may be well,
    /// and stream what there is.
    private func health() async -> ServerResponse {
        if self.fanOut.isDraining { return Self.health(.serviceUnavailable, "unavailable: The hub is shutting down.") }
        return switch await self.broker.health() {
        case .healthy: Self.health(.ok, "healthy")
        case .degraded(let reason): Self.health(.ok, "degraded: \(reason)")
        case .unavailable(let reason): Self.health(.serviceUnavailable, "unavailable: \(reason)")
        }
    }

    private static func health(_ status: HTTPResponseStatus, _ text: String) -> ServerResponse {
        ServerResponse(status, headers: ["Cache-Control": "no-store"], text: text + "\n")
    }
}

extension String {
    fileprivate var trimmingLineEnd: String { self.hasSuffix("\n") ? String(self.dropLast()) : self }
}
