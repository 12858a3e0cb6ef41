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
            let candidate = try HubSubscriber(
                selection: TopicSelection(selectors, grants: grant?.subscribe ?? []),
                lastEventID: lastEventID,
                names: names,
                grant: grant,
                registry: self.registry
            )
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
        if candidate.lastEventID != nil {
            let id = self.isSentEverything(admission.outcome) ? nil : admission.lastEventID
            headers.add(name: "Last-Event-ID", value: id ?? "earliest")
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
