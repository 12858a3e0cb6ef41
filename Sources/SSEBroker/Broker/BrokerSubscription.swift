internal import Synchronization

/// The events of a subscription, as they come, made by ``Broker/withSubscription(to:from:_:)``.
///
/// A loop over it is a cursor into the broker's log: it may be as slow as it likes, and costs nothing in the meantime. If
/// the log lets go of events before the loop has seen them, it gets a ``BrokerItem/gap(_:)``, or ends with an error, as
/// ``BrokerConfiguration/overrunPolicy`` says. The same happens if an engine's log is replaced by another one. The
/// sequence ends when the broker has been shut down and everything is read.
///
/// ```swift
/// let point = try await broker.withSubscription(to: TopicSelection("orders"), from: .latest) { items in
///     for try await case .event(let record) in items { print(record.event.data) }
///     return ResumePoint.after(id: items.position.wireID)
/// }
/// ```
@available(SwiftSSE 1.0, *)
public struct BrokerSubscription: AsyncSequence, Sendable {
    /// How the subscription began. With ``ResumeOutcome/gap(_:)`` the first item says the same.
    public var outcome: ResumeOutcome { self.beginning.outcome }

    let beginning: ResumedCursor
    let cursor: LogCursor
    let store: LogStore
    /// Where events are that have left the store, if there is such a place.
    let mirror: EngineMirror?
    let lifetime: SubscriptionLifetime
    let time: TimeSource
    let countGap: @Sendable (GapReason) -> Void
    private let progress: Progress

    /// How far the loop has come, for whoever wants to know in the meantime.
    private final class Progress: Sendable {
        struct State {
            var position: EventPosition
            /// Under what number the loop waits at the end of the log, if it has ever done so.
            var waiterID: UInt64?
        }

        let state: Mutex<State>

        init(_ position: EventPosition) {
            self.state = Mutex(State(position: position))
        }
    }

    init(
        _ beginning: ResumedCursor,
        _ cursor: LogCursor,
        _ store: LogStore,
        _ mirror: EngineMirror?,
        _ lifetime: SubscriptionLifetime,
        _ time: TimeSource,
        countGap: @escaping @Sendable (GapReason) -> Void
    ) {
        self.beginning = beginning
        self.cursor = cursor
        self.store = store
        self.mirror = mirror
        self.lifetime = lifetime
        self.time = time
        self.countGap = countGap
        self.progress = Progress(cursor.position)
    }

    /// The position up to which the subscription has seen the log: every event up to there has been handed out or was not
    /// wanted, and what is missing has been told.
    ///
    /// It moves also while the loop waits and nothing that is published is for it. Resume after its
    /// ``EventPosition/wireID``, and nothing is missed or told to be missing that is not. Of several loops over one
    /// subscription it is the position of the one that was asked last.
    public var position: EventPosition {
        let state = self.progress.state.withLock { $0 }
        return state.waiterID.flatMap { self.store.position(seenByWaiter: $0) } ?? state.position
    }

    /// Begins to read, each time at the same place.
    public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

@available(SwiftSSE 1.0, *)
extension BrokerSubscription {
    /// Reads the items of a subscription.
    public struct Iterator: AsyncIteratorProtocol {
        /// So few that a reader who stops holds little, so many that the lock is taken seldom.
        private static let sliceLength = 64
        /// The comparisons after which a reader lets other tasks run.
        private static let turnBudget = 1_000_000

        private let subscription: BrokerSubscription
        private let waiterID: UInt64
        private var cursor: LogCursor
        /// What has been read and not been handed out, the next one last.
        private var records: [LogRecord] = []
        /// The cursor to go on from when these have been handed out.
        private var endOfRecords: UInt64 = 0

        init(_ subscription: BrokerSubscription) {
            self.subscription = subscription
            self.waiterID = subscription.store.makeWaiterID()
            self.cursor = subscription.cursor
        }

        /// Waits for the next item.
        ///
        /// - Returns: The item, `nil` when the broker has been shut down and everything has been read, or when the closure
        ///   that the subscription was made for has returned.
        /// - Throws: `CancellationError`; ``BrokerError`` with the code ``BrokerError/Code/eventsMissed``, or
        ///   ``BrokerError/Code/closed`` if the broker has been shut down and there are more events than it can get.
        public mutating func next() async throws -> BrokerItem? {
            while true {
                switch try await self.next(waitingAtMost: nil) {
                case .item(let item): return item
                case .idle: continue
                case .end: return nil
                }
            }
        }

        /// The result of a turn of a loop that wants to know when nothing comes.
        package enum Turn: Sendable {
            case item(BrokerItem)
            /// Nothing has come for as long as was to be waited.
            case idle
            case end
        }

        /// Waits for the next item, but not longer than for a time.
        ///
        /// - Parameter limit: How long to wait at the end of the log, `nil` for as long as it takes.
        package mutating func next(waitingAtMost limit: Duration?) async throws -> Turn {
            while true {
                if self.subscription.lifetime.isOver { return .end }
                if let record = self.records.popLast() {
                    self.cursor.advance(through: self.records.isEmpty ? self.endOfRecords : record.position.sequence)
                    self.report()
                    return .item(.event(record))
                }
                try Task.checkCancellation()
                var budget = MatchBudget(Self.turnBudget)
                let slice = self.subscription.store.read(for: self.cursor, limit: Self.sliceLength, &budget)
                if let turn = try await self.take(slice, waitingAtMost: limit) { return turn }
                if budget.isSpent { await Task.yield() }
            }
        }

        /// Does what the cursor says about a slice.
        ///
        /// - Returns: What the loop gets; `nil` to read on.
        private mutating func take(_ slice: LogSlice, waitingAtMost limit: Duration?) async throws -> Turn? {
            switch self.cursor.next(slice) {
            case .deliver:
                self.records = slice.records.reversed()
                self.endOfRecords = slice.cursor
                return nil
            case .tell(let reason, let isNew):
                if isNew { self.subscription.countGap(reason) }
                self.report()
                return .item(.gap(reason))
            case .end(let reason):
                self.subscription.countGap(reason)
                throw BrokerError.missed(reason)
            case .askEngine:
                guard let slice = try await self.readFromEngine() else { return nil }
                return try await self.take(slice, waitingAtMost: limit)
            case .wait:
                self.report()
                return try await self.wait(atMost: limit)
            }
        }

        /// Waits at the end of the log; returns at once if that is elsewhere by now.
        private mutating func wait(atMost limit: Duration?) async throws -> Turn? {
            let (store, selection) = (self.subscription.store, self.cursor.selection)
            let (position, id) = (self.cursor.position, self.waiterID)
            let result: LogWait? =
                if let limit {
                    await self.subscription.time.first(within: limit) {
                        await store.wait(after: position, selection, id: id)
                    }
                } else {
                    await store.wait(after: position, selection, id: id)
                }
            switch result {
            case .appended(let sequence):
                self.cursor.advance(through: sequence)
                return nil
            case .closed: return .end
            case .cancelled: throw CancellationError()
            case nil: return .idle
            }
        }

        /// Reads what this process's log has no more; `nil` to try again.
        private func readFromEngine() async throws -> LogSlice? {
            guard let mirror = self.subscription.mirror else { return nil }
            do throws(BrokerError) {
                return try await mirror.read(
                    after: self.cursor.position,
                    self.cursor.selection,
                    limit: Self.sliceLength
                )
            } catch {
                try Task.checkCancellation()
                guard error.mayPass, error.code != .eventsMissed else { throw error }
                // Nothing is missed as long as it may still come.
                try await mirror.pause()
                return nil
            }
        }

        private func report() {
            self.subscription.progress.state.withLock {
                $0 = Progress.State(position: self.cursor.position, waiterID: self.waiterID)
            }
        }
    }
}

@available(SwiftSSE 1.0, *)
extension BrokerError {
    /// The error for a subscriber that the policy ends.
    fileprivate static func missed(_ reason: GapReason) -> BrokerError {
        BrokerError(
            code: .eventsMissed,
            message: reason == .overrun
                ? "Events have left the log before this subscriber read them."
                : "The log has been replaced by another one."
        )
    }
}

/// What a subscriber gets.
@available(SwiftSSE 1.0, *)
public enum BrokerItem: Sendable {
    /// An event.
    case event(LogRecord)

    /// Events are missing here, or may be.
    case gap(GapReason)
}

/// Whether the closure that a subscription was made for still runs, and its broker wants it to.
@available(SwiftSSE 1.0, *)
final class SubscriptionLifetime: Sendable {
    private let hasReturned = Atomic(false)
    private let subscriptions: SubscriptionCount

    init(_ subscriptions: SubscriptionCount) {
        self.subscriptions = subscriptions
    }

    var isOver: Bool { self.hasReturned.load(ordering: .acquiring) || self.subscriptions.isOver }

    func end() { self.hasReturned.store(true, ordering: .releasing) }
}
