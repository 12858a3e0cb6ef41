internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    func subscribe(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        // Before the token, so that a mistake is told without one.
        let query = try SubscriptionQuery(self.form(of: request, target), request.head.headers, self.names)
        return try self.withSubscriber(request, target) { grant throws(HubRefusal) in
            if case .history(let count, let end) = query.start {
                return self.history(request, target, query, count, before: end, grant: grant)
            }
            // Who asks for the head only is no subscriber, and nobody is told of it.
            let registry = request.head.method == .HEAD ? nil : self.registry
            let candidate = try HubSubscriber(query, grant: grant, registry: registry)
            do throws(BrokerError) {
                guard let admission = try candidate.admitAtOnce(to: self.fanOut) else {
                    return .later { await self.reply(to: candidate) }
                }
                return self.reply(to: candidate, admission)
            } catch {
                throw HubRefusal(subscribing: error)
            }
        }
    }

    /// The fields by which a subscriber asks: of the query, and of the body of a QUERY (RFC 10008), which has room for
    /// more topics than a head.
    private func form(of request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> FormFields {
        let fields = try FormFields(target.query)
        guard request.head.method == Self.query else { return fields }
        guard request.head.isForm else {
            throw HubRefusal(
                .unsupportedMediaType,
                "Send the topics as \(HTTPRequestHead.formType).",
                headers: ["Accept-Query": HTTPRequestHead.formType]
            )
        }
        return try fields.adding(FormFields(request.body.readableBytesView))
    }

    /// Decides what becomes of the body of a QUERY: nobody's is kept who may not subscribe.
    func screenSubscriber(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerScreening {
        // Each byte may be written as three.
        let count = min(self.broker.configuration.limits.topicsPerSubscription, FormFields.maximumCount)
        let maximum = 3 * Topic.maximumByteCount * count + 16 * 1024
        if let length = request.head.headers.first(name: "Content-Length"), Int(length) ?? .max > maximum {
            throw HubRefusal(.payloadTooLarge, "A QUERY has at most \(maximum) bytes.")
        }
        let keep = ServerScreening.keepQuery(maximumBytes: maximum)
        guard case .bearersOfTokens(let verifier, let admitsOthers) = self.access.subscribing else { return keep }
        guard let credentials = try self.credentials(request, target) else {
            guard admitsOthers else { throw .missingToken("Subscribing") }
            return keep
        }
        if try verifier.known(credentials.token) != nil { return keep }
        return self.screening(request, target, by: credentials.token, verifier, keep: keep)
    }

    /// Answers a subscriber for whom the engine has to be asked.
    private func reply(to candidate: HubSubscriber) async -> ServerReply {
        do throws(BrokerError) {
            return self.reply(to: candidate, try await candidate.admit(to: self.fanOut))
        } catch {
            return .response(HubRefusal(subscribing: error).response)
        }
    }

    private func reply(to candidate: HubSubscriber, _ admission: Admission) -> ServerReply {
        var headers: HTTPHeaders = ["X-Accel-Buffering": "no"]
        for name in self.names.cursorHeaders { headers.add(name: name, value: self.cursor(of: candidate, admission)) }
        return .eventStream(admission, headers: headers)
    }

    /// Where a stream begins. One who asked to resume compares that with what it asked for, as the Mercure protocol has
    /// it; to others it is the position that they resume from if they leave before they have had an event.
    private func cursor(of candidate: HubSubscriber, _ admission: Admission) -> String {
        guard candidate.query.lastEventID != nil else { return admission.position.wireID }
        let id = self.isSentEverything(admission.outcome) ? nil : admission.lastEventID
        return id ?? "earliest"
    }

    /// Whether a subscriber gets all that is kept, before which nothing is, even if something has left the log.
    private func isSentEverything(_ outcome: ResumeOutcome) -> Bool {
        switch outcome {
        case .earliest: true
        case .gap: self.broker.configuration.resumePolicy == .replayAll
        case .live, .resumed, .rewound: false
        }
    }
}

@available(SwiftSSE 1.0, *)
extension HubRefusal {
    /// How HTTP says what a broker says to a subscriber.
    init(subscribing error: BrokerError) {
        if error.code == .tooManyTopics {
            self.init(.badRequest, error.message)
        } else {
            self.init(error)
        }
    }
}

/// Somebody who wants to subscribe, and may.
@available(SwiftSSE 1.0, *)
struct HubSubscriber: Sendable {
    let query: SubscriptionQuery
    private let grant: TokenGrant?
    private let lifetime: Duration?
    private let registry: SubscriptionRegistry?
    /// What it is called where it is told of.
    private let id: String?

    /// - Parameters:
    ///   - query: What it asks for.
    ///   - grant: What its token grants, `nil` if it has none.
    ///   - registry: Who is told, `nil` if nobody is.
    init(
        _ query: SubscriptionQuery,
        grant: TokenGrant?,
        registry: SubscriptionRegistry?
    ) throws(HubRefusal) {
        self.lifetime = grant?.remainingTime
        if let lifetime, lifetime <= .zero { throw HubRefusal(.expired) }
        self.query = query
        self.grant = grant
        // Only who has a token is told of: others could push all that is kept out of the log by coming and going.
        self.registry = grant != nil ? registry : nil
        self.id = self.registry == nil ? nil : SubscriptionRegistry.makeSubscriberID()
    }

    private var selection: TopicSelection { TopicSelection(self.query.selectors, grants: self.grant?.subscribe ?? []) }

    /// Gives it a place, `nil` if the engine has to be asked.
    func admitAtOnce(to fanOut: FanOut) throws(BrokerError) -> Admission? {
        let admission = try fanOut.admitAtOnce(
            self.selection,
            from: self.query.point,
            details: self.query.details,
            lifetime: self.lifetime,
            onEnd: self.onEnd
        )
        if admission != nil { self.tell() }
        return admission
    }

    /// Gives it a place.
    func admit(to fanOut: FanOut) async throws(BrokerError) -> Admission {
        let admission = try await fanOut.admission(
            to: self.selection,
            from: self.query.point,
            details: self.query.details,
            lifetime: self.lifetime,
            onEnd: self.onEnd
        )
        self.tell()
        return admission
    }

    private var onEnd: (@Sendable () -> Void)? {
        guard let registry, let id else { return nil }
        return { registry.remove(id) }
    }

    /// After it has its place in the log, so that it is told of itself, too.
    private func tell() {
        if let registry, let id { registry.insert(id, self.query.texts, self.grant?.payload) }
    }
}
