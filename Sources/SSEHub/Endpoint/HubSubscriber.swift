internal import SSEBroker
internal import SSEServer

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
