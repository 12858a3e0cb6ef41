internal import Synchronization

/// A log that tasks and event loops share: they append, read from where they are, and are woken when there is more.
@available(SwiftSSE 1.0, *)
package final class LogStore: Sendable {
    /// Is called when something has been appended, or the store has been closed. It must return at once.
    package typealias Wake = @Sendable () -> Void

    private struct State {
        var log: EventLog
        var waiters = WaiterTable()
        var followers: [UInt64: Wake] = [:]
        var lastFollowerID: UInt64 = 0
        var isClosed = false

        mutating func insert(_ records: [LogRecord], at time: Duration) -> Wakeup {
            var wakeup = Wakeup()
            for record in records {
                self.log.append(record, at: time)
                wakeup.waiters += self.waiters.take(for: record)
            }
            wakeup.followers = Array(self.followers.values)
            return wakeup
        }

        /// Everybody has to look again, whatever they wait for.
        mutating func wakeAll() -> Wakeup {
            Wakeup(
                waiters: self.waiters.removeAll().map { ($0, .appended(after: 0)) },
                followers: Array(self.followers.values)
            )
        }
    }

    private let state: Mutex<State>
    /// Taken by publishers only, before the state: events are encoded one after the other, since their ids are their
    /// places, while readers go on.
    private let window: Mutex<IdempotencyWindow>
    private let time: TimeSource

    init(log: EventLog, window: IdempotencyWindow, time: TimeSource) {
        self.state = Mutex(State(log: log))
        self.window = Mutex(window)
        self.time = time
    }

    // MARK: Appending

    /// Gives an event its place.
    func append(_ publication: Publication) throws(BrokerError) -> PublishReceipt {
        let time = self.time.now
        let result = self.window.withLock { window -> Result<(PublishReceipt, Wakeup), BrokerError> in
            if let key = publication.idempotencyKey, var receipt = window.receipt(for: key, at: time) {
                receipt.isDuplicate = true
                return .success((receipt, Wakeup()))
            }
            let (position, latest, isClosed) = self.state.withLock { state in
                (state.log.nextPosition, state.log.latestTime, state.isClosed)
            }
            if isClosed { return .failure(.closed) }
            let record: LogRecord
            do throws(BrokerError) {
                record = try LogRecord(
                    position: position,
                    topics: publication.topics,
                    event: publication.event,
                    isPrivate: publication.isPrivate,
                    // The system's clock may have been set back; a log's times do not go back.
                    time: max(self.time.systemNow, latest ?? .zero)
                )
            } catch {
                return .failure(error)
            }
            let receipt = PublishReceipt(position: position, id: record.id)
            if let key = publication.idempotencyKey { window.insert(receipt, for: key, at: time) }
            return .success((receipt, self.insert([record], at: time)))
        }
        let (receipt, wakeup) = try result.get()
        wakeup()
        return receipt
    }

    /// Adds events that have their places already: those of a log elsewhere that this one follows.
    ///
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/engineFailed`` if they do not follow what is here.
    func append(contentsOf records: [LogRecord]) throws(BrokerError) {
        let time = self.time.now
        let (wakeup, error) = self.state.withLock { state -> (Wakeup, BrokerError?) in
            var next = state.log.nextPosition
            var following: [LogRecord] = []
            var error: BrokerError?
            for record in records {
                // What is here already does no harm.
                if record.position.epoch == next.epoch, record.position.sequence < next.sequence { continue }
                guard record.position == next else {
                    error = BrokerError(
                        code: .engineFailed,
                        message: "The engine delivered \(record.position) where \(next) was expected."
                    )
                    break
                }
                following.append(record)
                next.sequence += 1
            }
            return (state.insert(following, at: time), error)
        }
        wakeup()
        if let error { throw error }
    }

    private func insert(_ records: [LogRecord], at time: Duration) -> Wakeup {
        self.state.withLock { $0.insert(records, at: time) }
    }

    /// Lets go of the events before another.
    func removeEvents(before sequence: UInt64) {
        self.inSteps { $0.removeEvents(before: sequence, limit: EventLog.stepLength) }
    }

    /// Goes on at a sequence number, since what is before it will not come.
    func skip(to sequence: UInt64) { self.restart { sequence > $0.last + 1 ? ($0.epoch, sequence) : nil } }

    /// Begins anew with the empty copy of another log, behind its last event.
    func restart(epoch: UInt64, last: UInt64) { self.restart { _ in (epoch, last + 1) } }

    /// Goes on with an empty log, and tells everybody. The old one is let go of without the lock, since it may be
    /// large.
    private func restart(at beginning: (EventLog) -> (epoch: UInt64, nextSequence: UInt64)?) {
        let (old, wakeup) = self.state.withLock { state -> (EventLog?, Wakeup) in
            guard let next = beginning(state.log) else { return (nil, Wakeup()) }
            let old = state.log
            state.log = EventLog(epoch: next.epoch, nextSequence: next.nextSequence, retention: old.retention)
            return (old, state.wakeAll())
        }
        withExtendedLifetime(old) { wakeup() }
    }

    /// Changes the log a little at a time, so that nobody waits long for the lock.
    private func inSteps(_ step: (inout EventLog) -> Bool) {
        while !self.state.withLock({ step(&$0.log) }) {}
    }

    /// Whom to tell, once no lock is held.
    private struct Wakeup {
        var waiters: [(WaiterTable.Waiter, LogWait)] = []
        var followers: [Wake] = []

        func callAsFunction() {
            for (waiter, result) in self.waiters { waiter.continuation.resume(returning: result) }
            for wake in self.followers { wake() }
        }
    }

    /// Lets go of what has become too old.
    func removeExpired() {
        let time = self.time.now
        self.inSteps { $0.removeExpired(at: time, limit: EventLog.stepLength) }
    }

    /// Refuses more events, and tells all who wait that there will be none.
    func close() {
        let wakeup = self.state.withLock { state in
            state.isClosed = true
            return Wakeup(
                waiters: state.waiters.removeAll().map { ($0, .closed) },
                followers: Array(state.followers.values)
            )
        }
        wakeup()
    }

    // MARK: Reading

    package var bounds: LogBounds { self.state.withLock { $0.log.bounds } }

    /// The log as it is now, for tests to look into.
    var log: EventLog { self.state.withLock { $0.log } }

    /// How much there is.
    var size: LogSize {
        let time = self.time.now
        return self.state.withLock { $0.log.size(at: time) }
    }

    /// The time as the log has it.
    package var now: Duration { self.time.now }

    /// The newest event's number.
    package var last: UInt64 { self.state.withLock { $0.log.last } }

    /// The newest event's place.
    package var position: EventPosition {
        self.state.withLock { EventPosition(epoch: $0.log.epoch, sequence: $0.log.last) }
    }

    package var isClosed: Bool { self.state.withLock { $0.isClosed } }

    /// The budget for finding an id that many private events have.
    private static let resumeBudget = 1_000_000

    /// Finds where a subscriber begins. What has become too old counts as gone.
    ///
    /// - Parameters:
    ///   - selection: What it may have: an event that it may not have counts as one that there is not.
    ///   - whole: What is known of the log that this is the newest part of.
    /// - Returns: `nil` if more has to be known of it.
    func resume(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy,
        in whole: WholeLog
    ) throws(BrokerError) -> ResumedCursor? {
        self.removeExpired()
        var sequence: UInt64?
        if case .after(let id) = point, EventLog.mayBePublisherID(id) {
            sequence = self.sequence(ofPublisherID: id, allowedBy: selection)
        }
        let result = self.state.withLock { state in
            Result { () throws(BrokerError) in
                try state.log.resume(from: point, publisherID: sequence, policy: policy, in: whole)
            }
        }
        return try result.get()
    }

    /// The place of a subscriber that has been found by looking back.
    ///
    /// - Parameter sequence: The number behind which it begins.
    func rewound(to sequence: UInt64) -> ResumedCursor { self.state.withLock { $0.log.rewound(to: sequence) } }

    /// The earliest event with an id that its publisher chose, among those that a subscriber may have: an id that can
    /// be guessed must not tell whether there is a private event with it.
    private func sequence(ofPublisherID id: String, allowedBy selection: TopicSelection) -> UInt64? {
        var budget = MatchBudget(Self.resumeBudget)
        var (count, limit) = (0, 1)
        while true {
            let records = self.state.withLock { $0.log.records(withPublisherID: id, from: count, limit: limit) }
            for record in records {
                var place = MatchPlace()
                guard let isAllowed = selection.allows(record, from: &place, &budget) else { return nil }
                if isAllowed { return record.position.sequence }
            }
            guard records.count == limit else { return nil }
            count += limit
            limit = 64
        }
    }

    /// Reads what a selection wants behind a cursor.
    package func read(
        after cursor: UInt64,
        through end: UInt64 = .max,
        _ selection: TopicSelection,
        limit: Int
    ) -> LogSlice {
        var budget = MatchBudget.unlimited
        return self.state.withLock { $0.log.candidates(after: cursor, through: end, selection, limit: limit) }
            .slice(for: selection, after: cursor, limit: limit, &budget)
    }

    /// Reads what comes next for a cursor.
    ///
    /// - Parameters:
    ///   - end: The last sequence number to look at.
    ///   - limit: The most events to return.
    ///   - budget: What comparing events with the selection may cost.
    package func read(
        for cursor: LogCursor,
        through end: UInt64 = .max,
        limit: Int,
        _ budget: inout MatchBudget
    ) -> LogSlice {
        self.read(
            after: cursor.position.sequence,
            from: cursor.place,
            through: end,
            cursor.selection,
            limit: limit,
            &budget
        )
    }

    /// Reads what a selection wants behind a number, for as long as the budget lasts.
    ///
    /// - Parameter place: How far the event behind the number has been compared before.
    func read(
        after start: UInt64,
        from place: MatchPlace,
        through end: UInt64,
        _ selection: TopicSelection,
        limit: Int,
        _ budget: inout MatchBudget
    ) -> LogSlice {
        self.state.withLock { $0.log.candidates(after: start, through: end, selection, limit: limit) }
            .slice(for: selection, after: start, from: place, limit: limit, &budget)
    }

    // MARK: Being woken

    /// Has a closure called after each append, until it is removed.
    ///
    /// - Returns: What removes it, and the newest event's place, behind which the first call is for.
    package func addFollower(_ wake: @escaping Wake) -> (id: UInt64, position: EventPosition) {
        self.state.withLock { state in
            state.lastFollowerID += 1
            state.followers[state.lastFollowerID] = wake
            return (state.lastFollowerID, EventPosition(epoch: state.log.epoch, sequence: state.log.last))
        }
    }

    package func removeFollower(_ id: UInt64) {
        self.state.withLock { _ = $0.followers.removeValue(forKey: id) }
    }

    /// A number for somebody who waits.
    func makeWaiterID() -> UInt64 { self.state.withLock { $0.waiters.makeID() } }

    /// The newest event's place, if somebody waits, so that nothing up to there was for them; `nil` if they do not.
    func position(seenByWaiter id: UInt64) -> EventPosition? {
        self.state.withLock { state in
            guard state.waiters.contains(id) else { return nil }
            return EventPosition(epoch: state.log.epoch, sequence: state.log.last)
        }
    }

    /// Waits until there may be something behind an event that a selection wants, which may be one that is still to
    /// come.
    ///
    /// - Parameter id: A number of ``makeWaiterID()`` that nobody else waits under.
    func wait(after position: EventPosition, _ selection: TopicSelection, id: UInt64? = nil) async -> LogWait {
        let id = id ?? self.makeWaiterID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result = self.state.withLock { state -> LogWait? in
                    // Appended since the caller read: it reads again.
                    guard state.log.epoch == position.epoch, state.log.last <= position.sequence else {
                        return .appended(after: position.sequence)
                    }
                    if state.isClosed { return .closed }
                    // Asked only here, so that a cancellation is either seen now or finds something to remove.
                    if Task.isCancelled { return .cancelled }
                    state.waiters.insert(WaiterTable.Waiter(selection: selection, continuation: continuation), id: id)
                    return nil
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.remove(id) }?.continuation.resume(returning: .cancelled)
        }
    }

    /// How many tasks wait.
    package var waiterCount: Int { self.state.withLock { $0.waiters.count } }
}
