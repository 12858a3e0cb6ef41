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
                wakeup.waiters += self.waiters.takeMatching(record)
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
            let (position, isClosed) = self.state.withLock { ($0.log.nextPosition, $0.isClosed) }
            if isClosed { return .failure(.closed) }
            let record: LogRecord
            do throws(BrokerError) {
                record = try LogRecord(
                    position: position,
                    topics: publication.topics,
                    event: publication.event,
                    isPrivate: publication.isPrivate
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
    func removeEvents(before sequence: UInt64) { self.state.withLock { $0.log.removeEvents(before: sequence) } }

    /// Goes on at a sequence number, since what is before it will not come.
    func skip(to sequence: UInt64) {
        let wakeup = self.state.withLock { state -> Wakeup in
            guard sequence > state.log.last + 1 else { return Wakeup() }
            state.log.skip(to: sequence)
            return state.wakeAll()
        }
        wakeup()
    }

    /// Begins anew with the empty copy of another log, behind its last event.
    func restart(epoch: UInt64, last: UInt64) {
        let wakeup = self.state.withLock { state -> Wakeup in
            state.log = EventLog(epoch: epoch, nextSequence: last + 1, retention: state.log.retention)
            return state.wakeAll()
        }
        wakeup()
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
        self.state.withLock { $0.log.removeExpired(at: time) }
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

    /// Finds where a subscriber begins. What has become too old counts as gone.
    ///
    /// - Parameter whole: What is known of the log that this is the newest part of.
    /// - Returns: `nil` if more has to be known of it.
    func resume(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy,
        in whole: WholeLog
    ) throws(BrokerError) -> ResumedCursor? {
        let time = self.time.now
        let result = self.state.withLock { state -> Result<ResumedCursor?, BrokerError> in
            state.log.removeExpired(at: time)
            return Result { () throws(BrokerError) in
                try state.log.resume(from: point, for: selection, policy: policy, in: whole)
            }
        }
        return try result.get()
    }

    /// Reads what a selection wants behind a cursor.
    package func read(
        after cursor: UInt64,
        through end: UInt64 = .max,
        _ selection: TopicSelection,
        limit: Int
    ) -> LogSlice {
        self.state.withLock { $0.log.read(after: cursor, through: end, selection, limit: limit) }
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

    /// Waits until there is something behind an event that a selection wants, which may be one that is still to come.
    func wait(after position: EventPosition, _ selection: TopicSelection) async -> LogWait {
        let id = self.state.withLock { $0.waiters.makeID() }
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
