@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    /// The events of a subscription, and what happens besides: connections, waits, comments.
    public struct Updates: AsyncSequence, Sendable {
        /// An event, or something that has happened.
        public typealias Element = SubscriptionUpdate

        let core: any SubscriptionCore

        /// Begins to read, or goes on.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(runner: self.core.makeRunner()) }

        /// Hands out the updates one by one.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let runner: any SubscriptionRunning

            /// The next update, `nil` when the subscription has ended. The last one is
            /// ``SubscriptionSignal/closed(_:)``.
            ///
            /// - Throws: As ``EventStreamSubscription/AsyncIterator/next(isolation:)``.
            public mutating func next(
                isolation actor: isolated (any Actor)? = #isolation
            ) async throws -> SubscriptionUpdate? {
                try await self.runner.next()
            }
        }
    }
}

@available(*, unavailable)
extension EventStreamSubscription.Updates.AsyncIterator: Sendable {}
