/// The events of a subscription, as they come, made by ``Broker/withSubscription(to:from:_:)``.
///
/// A loop over it is a cursor into the broker's log: it may be as slow as it likes, and costs nothing in the meantime. If
/// the log lets go of events before the loop has seen them, it gets a ``BrokerItem/gap(_:)``, or ends with an error, as
/// ``BrokerConfiguration/overrunPolicy`` says. The same happens if an engine's log is replaced by another one. The
/// sequence ends when the broker has been shut down and everything is read.
@available(SwiftSSE 1.0, *)
public struct BrokerSubscription: AsyncSequence, Sendable {
    /// How the subscription began. With ``ResumeOutcome/gap(_:)`` the first item says the same.
    public var outcome: ResumeOutcome { self.cursor.outcome }

    let cursor: ResumedCursor
    let selection: TopicSelection
    let overrunPolicy: OverrunPolicy
    let store: LogStore
    /// Where events are that have left the store, if there is such a place.
    let mirror: EngineMirror?
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
        /// The last event that has been handed out or was not wanted.
        private var cursor: EventPosition
        /// Whether events that have left the log by now are not missed.
        private var mayBeginLater: Bool
        /// What has been read and not been handed out, the next one last.
        private var records: [LogRecord] = []
        private var gap: GapReason?

        init(_ subscription: BrokerSubscription) {
            self.subscription = subscription
            self.cursor = EventPosition(epoch: subscription.cursor.epoch, sequence: subscription.cursor.sequence)
            self.mayBeginLater = subscription.cursor.mayBeginLater
            if case .gap(let reason) = subscription.outcome { self.gap = reason }
        }

        /// Waits for the next item.
        ///
        /// - Returns: The item, `nil` when the broker has been shut down and everything has been read, or when the closure
        ///   that the subscription was made for has returned.
        /// - Throws: `CancellationError`; ``BrokerError`` with the code ``BrokerError/Code/eventsMissed``, or
        ///   ``BrokerError/Code/closed`` if the broker has been shut down and there are more events than it can get.
        public mutating func next() async throws -> BrokerItem? {
            while true {
                if self.subscription.lifetime.isOver { return nil }
                if let gap = self.gap.take() { return .gap(gap) }
                if let record = self.records.popLast() { return .event(record) }
                try Task.checkCancellation()

                let (store, selection) = (self.subscription.store, self.subscription.selection)
                let slice = store.read(after: self.cursor.sequence, selection, limit: Self.sliceLength)
                if let epoch = slice.epoch, epoch != self.cursor.epoch {
                    try self.replace(by: epoch)
                } else if slice.isMissingEvents, let mirror = self.subscription.mirror {
                    try await self.read(from: mirror)
                } else if slice.isMissingEvents || !slice.records.isEmpty {
                    try self.take(slice)
                } else {
                    self.cursor.sequence = slice.cursor
                    self.mayBeginLater = false
                    switch await store.wait(after: self.cursor, selection) {
                    case .appended(let sequence): self.cursor.sequence = Swift.max(self.cursor.sequence, sequence)
                    case .closed: return nil
                    case .cancelled: throw CancellationError()
                    }
                }
            }
        }

        private mutating func take(_ slice: LogSlice) throws(BrokerError) {
            self.cursor.sequence = slice.cursor
            self.records = slice.records.reversed()
            defer { self.mayBeginLater = false }
            if slice.isMissingEvents, !self.mayBeginLater { try self.miss(.overrun) }
        }

        /// Reads what this process's log has no more.
        private mutating func read(from mirror: EngineMirror) async throws {
            do throws(BrokerError) {
                let selection = self.subscription.selection
                try self.take(try await mirror.read(after: self.cursor, selection, limit: Self.sliceLength))
            } catch {
                try Task.checkCancellation()
                guard error.mayPass, error.code != .eventsMissed else { throw error }
                // Nothing is missed as long as it may still come.
                try await mirror.pause()
            }
        }

        /// The log is another one now, all of whose events are new.
        private mutating func replace(by epoch: UInt64) throws(BrokerError) {
            self.cursor = EventPosition(epoch: epoch, sequence: 0)
            self.mayBeginLater = true
            try self.miss(.foreignEpoch)
        }

        private mutating func miss(_ reason: GapReason) throws(BrokerError) {
            self.subscription.countGap(reason)
            switch self.subscription.overrunPolicy {
            case .gap: self.gap = reason
            case .end:
                throw BrokerError(
                    code: .eventsMissed,
                    message: reason == .overrun
                        ? "Events have left the log before this subscriber read them."
                        : "The log has been replaced by another one."
                )
            }
        }
    }
}
