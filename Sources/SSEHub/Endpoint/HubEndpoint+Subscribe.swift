internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    func subscribe(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        // Before the token, so that a mistake is told without one.
        let query = try SubscriptionQuery(target.query, request.head.headers, self.names)
        return try self.withSubscriber(request, target) { grant throws(HubRefusal) in
            let admission = try self.admit(query, grant)
            var headers: HTTPHeaders = ["X-Accel-Buffering": "no"]
            if query.lastEventID != nil {
                let id = self.isSentEverything(admission.outcome) ? nil : admission.lastEventID
                for name in self.names.cursorHeaders { headers.add(name: name, value: id ?? "earliest") }
            }
            return .eventStream(admission, headers: headers)
        }
    }

    private func admit(_ query: SubscriptionQuery, _ grant: TokenGrant?) throws(HubRefusal) -> Admission {
        let lifetime = grant?.remainingTime
        if let lifetime, lifetime <= .zero { throw .invalidToken }
        let selection = TopicSelection(query.selectors, grants: grant?.subscribe ?? [])
        let point = ResumePoint(lastEventID: query.lastEventID)
        // Only who has a token is told of: others could push all that is kept out of the log by coming and going.
        let subscriber = self.registry != nil && grant != nil ? SubscriptionRegistry.makeSubscriberID() : nil
        do throws(BrokerError) {
            let admission = try self.fanOut.admit(selection, from: point, lifetime: lifetime) { [registry] in
                if let registry, let subscriber { registry.remove(subscriber) }
            }
            // After it has its place in the log, so that it is told of itself, too.
            if let registry, let subscriber { registry.insert(subscriber, query.texts, grant?.payload) }
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
