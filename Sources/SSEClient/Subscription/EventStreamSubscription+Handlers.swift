public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    /// Reads the subscription with handlers instead of a loop, until it is over.
    ///
    /// - Parameters:
    ///   - onSignal: Called for what happens besides events, in order with them.
    ///   - onEvent: Called for each event, one at a time and in order; the next one waits until it returns. To leave,
    ///     throw, or call ``close()``: nothing is delivered after that.
    /// - Throws: As ``AsyncIterator/next(isolation:)``, and what the handlers throw.
    public func run(
        onSignal: (SubscriptionSignal) async throws -> Void = { _ in },
        onEvent: (ServerSentEvent) async throws -> Void
    ) async throws {
        for try await update in self.updates {
            switch update {
            case .event(let event): try await onEvent(event)
            case .signal(let signal): try await onSignal(signal)
            }
        }
    }
}
