internal import SSEBroker
internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension FanOut {
    /// Serves a client by a writer, where there is no channel to be had: a task sends each event. Returns when the broker
    /// has been shut down and everything is sent.
    package func serve(_ admission: Admission, to writer: EventStreamWriter) async throws {
        precondition(admission.use(), "An admission is for one stream.")
        try await self.broker.withSubscription(to: admission.selection, at: admission.cursor) { items in
            for try await item in items {
                switch item {
                case .event(let record): try await writer.send(record.event)
                case .gap(let reason): try await writer.send(GapFrames.event(reason))
                }
            }
        }
    }
}
