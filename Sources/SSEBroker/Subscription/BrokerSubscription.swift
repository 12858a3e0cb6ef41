/// The events of a subscription, as they come, made by ``Broker/withSubscription(to:from:_:)``.
///
/// A loop over it is a cursor into the broker's log: it may be as slow as it likes, and costs nothing in the meantime. If
/// the log lets go of events before the loop has seen them, it gets a ``BrokerItem/gap(_:)``, or ends with an error, as
/// ``BrokerConfiguration/overrunPolicy`` says. The sequence ends when the broker has been shut down and everything is
/// read.
@available(SwiftSSE 1.0, *)
public struct BrokerSubscription: AsyncSequence, Sendable {
    /// How the subscription began. With ``ResumeOutcome/gap(_:)`` the first item says the same.
    public let outcome: ResumeOutcome

    let cursor: UInt64
    let selection: TopicSelection
    let overrunPolicy: OverrunPolicy
    let store: LogStore
    let lifetime: SubscriptionLifetime
    let countGap: @Sendable (GapReason) -> Void

    /// Begins to read, each time at the same place.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

@available(SwiftSSE 1.0, *)
extension BrokerSubscription {
    /// Reads the items of a subscription.
    public struct Iterator: AsyncIteratorProtocol {
        /// So few that a reader who stops holds little, so many that the lock is taken seldom.
        private static let sliceLength = 64

        private let subscription: BrokerSubscription
        private var cursor: UInt64
        /// What has been read and not been handed out, the next one last.
        private var records: [LogRecord] = []
        private var gap: GapReason?

        init(_ subscription: BrokerSubscription) {
            self.subscription = subscription
            self.cursor = subscription.cursor
            if case .gap(let reason) = subscription.outcome { self.gap = reason }
        }

        /// Waits for the next item.
        ///
        /// - Returns: The item, `nil` when the broker has been shut down and everything has been read, or when the closure
        ///   that the subscription was made for has returned.
        /// - Throws: `CancellationError`; ``BrokerError`` with the code ``BrokerError/Code/eventsMissed``.
        public mutating func next() async throws -> BrokerItem? {
            while true {
                if self.subscription.lifetime.isOver { return nil }
                if let gap = self.gap.take() { return .gap(gap) }
                if let record = self.records.popLast() { return .event(record) }
                try Task.checkCancellation()

                let store = self.subscription.store
                let slice = store.read(after: self.cursor, self.subscription.selection, limit: Self.sliceLength)
                self.cursor = slice.cursor
                self.records = slice.records.reversed()
                if slice.isMissingEvents {
                    try self.overrun()
                } else if slice.records.isEmpty {
                    switch await store.wait(after: slice.cursor, self.subscription.selection) {
                    case .appended(let cursor): self.cursor = cursor
                    case .closed: return nil
                    case .cancelled: throw CancellationError()
                    }
                }
            }
        }

        private mutating func overrun() throws(BrokerError) {
            self.subscription.countGap(.overrun)
            switch self.subscription.overrunPolicy {
            case .gap: self.gap = .overrun
            case .end:
                throw BrokerError(
                    code: .eventsMissed,
                    message: "Events have left the log before this subscriber read them."
                )
            }
        }
    }
}
