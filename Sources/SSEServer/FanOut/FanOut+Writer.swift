internal import SSEBroker
internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension FanOut {
    /// Serves a client by a writer, where there is no channel to be had: a task sends each event. Returns when the
    /// broker has been shut down and everything is sent, or when events are missing and the broker's policy ends such a
    /// stream.
    package func serve(_ admission: Admission, to writer: EventStreamWriter) async throws {
        precondition(admission.use(), "An admission is for one stream.")
        // Not what ``drain(over:retry:timeout:)`` waits for: this ends with the broker, or with the task.
        self.places.giveBack()
        defer { admission.onEnd?() }
        let tellsPositions = self.configuration.tellsPositions
        let interval = self.configuration.heartbeatInterval
        try await self.broker.withSubscription(to: admission.selection, at: admission.cursor) { items in
            var iterator = items.makeAsyncIterator()
            // What the client's last event ID says, as soon as it has been given one here.
            var told: EventPosition?
            func tell() async throws {
                let position = items.position
                guard tellsPositions, told != position else { return }
                try await writer.send(bytes: StreamMessage.bytes(position))
                told = position
            }
            // At once, if there is nothing to send.
            var limit: Duration? = .zero
            do {
                while true {
                    switch try await iterator.next(waitingAtMost: limit) {
                    case .item(.event(let record)):
                        if admission.details == .topics {
                            var budget = MatchBudget.unlimited
                            let telling = TopicTelling(admission.selection)
                            try await writer.send(bytes: Array(telling.tell(record, &budget).frame.event))
                        } else {
                            try await writer.send(record.event)
                        }
                        told = record.position
                        limit = interval
                    case .item(.gap(let reason)):
                        try await writer.send(StreamMessage.gapEvent(reason))
                        (told, limit) = (nil, .zero)
                    case .idle:
                        try await tell()
                        limit = interval
                    case .end:
                        return try await tell()
                    }
                }
            } catch let error as BrokerError where error.code == .eventsMissed {
                // The client comes back with where it was, and is told.
                try await tell()
            }
        }
    }
}
