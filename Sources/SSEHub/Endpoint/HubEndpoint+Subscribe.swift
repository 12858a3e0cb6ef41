internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HubEndpoint {
    func subscribe(_ request: ServerRequest, _ target: RequestTarget) throws(HubRefusal) -> ServerReply {
        // Before the token, so that a mistake is told without one.
        let query = try SubscriptionQuery(target.query, request.head.headers, self.names)
        return try self.withSubscriber(request, target) { grant throws(HubRefusal) in
            let candidate = try HubSubscriber(query, grant: grant, registry: self.registry)
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
        if candidate.query.lastEventID != nil {
            let id = self.isSentEverything(admission.outcome) ? nil : admission.lastEventID
            for name in self.names.cursorHeaders { headers.add(name: name, value: id ?? "earliest") }
        }
        return .eventStream(admission, headers: headers)
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

@available(SwiftSSE 1.0, *)
extension HubRefusal {
    /// How HTTP says what a broker says to a subscriber.
    fileprivate init(subscribing error: BrokerError) {
        if error.code == .tooManyTopics {
            self.init(.badRequest, error.message)
        } else {
            self.init(error)
        }
    }
}
