internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    func subscribe(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        let fields = try FormFields(target.query)
        let names = fields.all("topic")
        guard !names.isEmpty else {
            throw HubRefusal(.badRequest, "A topic is missing: add `?topic=…`, or `?topic=*`.")
        }
        // The header wins over the query, and the query's new name over the old one.
        let lastEventID =
            request.head.headers.first(name: "Last-Event-ID") ?? fields["lastEventID"] ?? fields["Last-Event-ID"]
        // Before the token, so that a mistake is told without one.
        var selectors: [TopicSelector] = []
        do throws(BrokerError) {
            for name in names { selectors.append(try TopicSelector(name)) }
        } catch {
            throw HubRefusal(error)
        }
        return try self.withSubscriber(request, target) { [selectors] grant throws(HubRefusal) in
            let admission = try self.admit(selectors, names, from: ResumePoint(lastEventID: lastEventID), grant)
            var headers: HTTPHeaders = ["X-Accel-Buffering": "no"]
            if lastEventID != nil {
                let id = self.isSentEverything(admission.outcome) ? nil : admission.lastEventID
                headers.add(name: "Last-Event-ID", value: id ?? "earliest")
            }
            return .eventStream(admission, headers: headers)
        }
    }

    private func admit(
        _ selectors: [TopicSelector],
        _ names: [String],
        from point: ResumePoint,
        _ grant: TokenGrant?
    ) throws(HubRefusal) -> Admission {
        let lifetime = grant?.remainingTime
        if let lifetime, lifetime <= .zero { throw .invalidToken }
        let selection = TopicSelection(selectors, grants: grant?.subscribe ?? [])
        // Only who has a token is told of: others could push all that is kept out of the log by coming and going.
        let subscriber = self.registry != nil && grant != nil ? SubscriptionRegistry.makeSubscriberID() : nil
        do throws(BrokerError) {
            let admission = try self.fanOut.admit(selection, from: point, lifetime: lifetime) { [registry] in
                if let registry, let subscriber { registry.remove(subscriber) }
            }
            // After it has its place in the log, so that it is told of itself, too.
            if let registry, let subscriber { registry.insert(subscriber, names, grant?.payload) }
            return admission
        } catch {
            guard error.code != .tooManyTopics else { throw HubRefusal(.badRequest, error.message) }
            throw HubRefusal(error)
        }
    }

    /// Whether a subscriber gets all that is kept, before which nothing is, even if something has left the log.
    private func isSentEverything(_ outcome: ResumeOutcome) -> Bool {
        switch outcome {
        case .earliest: true
        case .gap: self.broker.configuration.resumePolicy == .replayAll
        case .live, .resumed: false
        }
    }
}
