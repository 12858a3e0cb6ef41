internal import SSEBroker
internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension FanOut {
    /// Serves a client by a writer, where there is no channel to be had: a task sends each event. Returns when the broker
    /// has been shut down and everything is sent, or when the log has been replaced by another one.
    package func serve(_ admission: Admission, to writer: EventStreamWriter) async throws {
        precondition(admission.use(), "An admission is for one stream.")
        // Not what ``drain(over:retry:timeout:)`` waits for: this ends with the broker, or with the task.
        self.places.giveBack()
        defer { admission.onEnd?() }
        try await self.broker.withSubscription(to: admission.selection, at: admission.cursor) { items in
            var isFirst = true
            for try await item in items {
                defer { isFirst = false }
                switch item {
                case .gap(.foreignEpoch) where !isFirst:
                    // The client comes back. It is told here, since who has had no event has no last event ID.
                    return try await writer.send(GapFrames.event(.foreignEpoch))
                case .event(let record): try await writer.send(record.event)
                case .gap(let reason): try await writer.send(GapFrames.event(reason))
                }
            }
        }
    }
}
