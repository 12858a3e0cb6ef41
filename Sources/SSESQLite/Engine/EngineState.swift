#if SQLite
internal import DequeModule
internal import SSEBroker

/// What tasks and the writer's queue share: what is in the log, what is to come into it, and who waits.
///
/// The writer runs on its queue in steps, one transaction each; appends that arrive meanwhile go into the next one
/// together. At most one step is scheduled.
@available(SwiftSSE 1.0, *)
struct EngineState: Sendable {
    /// The most events, and bytes of events, of a transaction.
    static let (stepEvents, stepBytes) = (1024, 4 * 1024 * 1024)
    /// The most bytes that wait for the writer.
    static let pendingBytes = 64 * 1024 * 1024
    /// The most bytes of the newest events in memory.
    static let recentBytes = 4 * 1024 * 1024

    private(set) var head: LogHead
    private let recentEvents: Int
    /// The newest events, for those who follow the log.
    private(set) var recent: Deque<LogRecord> = []
    private var recentByteCount = 0

    private var pending: Deque<PendingAppend> = []
    private var pendingByteCount = 0
    private var isScheduled = false
    private var idleTicks = 0

    private(set) var isClosed = false
    /// The reason why events cannot be written, `nil` if nothing says so.
    private(set) var failure: String?
    /// The bytes of the largest event that the last failed transaction had, of which a trial writes as many.
    private(set) var failedByteCount = 0
    /// How many transactions have been committed.
    private(set) var commitCount = 0
    /// How often the file has been read.
    private(set) var readCount = 0

    private var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiterID: UInt64 = 0

    init(_ head: LogHead, recentEvents: Int) {
        self.head = head
        self.recentEvents = recentEvents
    }

    // MARK: Appending

    enum Enqueued {
        case waits
        /// The writer has nothing to do yet.
        case schedule
        case refused(BrokerError)
    }

    mutating func enqueue(_ append: PendingAppend, _ path: String) -> Enqueued {
        if self.isClosed { return .refused(.closed) }
        guard self.pending.isEmpty || self.pendingByteCount + append.byteCount <= Self.pendingBytes else {
            return .refused(
                BrokerError(
                    code: .engineUnavailable,
                    message: "'\(path)' is written too slowly; too many events wait for it."
                )
            )
        }
        self.pending.append(append)
        self.pendingByteCount += append.byteCount
        defer { self.isScheduled = true }
        return self.isScheduled ? .waits : .schedule
    }

    /// Takes what goes into the next transaction.
    mutating func takeStep() -> [PendingAppend] {
        var appends: [PendingAppend] = []
        var byteCount = 0
        while appends.count < Self.stepEvents, byteCount < Self.stepBytes, let append = self.pending.popFirst() {
            appends.append(append)
            byteCount += append.byteCount
        }
        self.pendingByteCount -= byteCount
        return appends
    }

    var pendingCount: Int { self.pending.count }

    /// A transaction has been committed.
    ///
    /// - Returns: Who waited for events.
    mutating func commit(_ head: LogHead, _ records: [LogRecord]) -> [CheckedContinuation<Void, Never>] {
        self.head = head
        self.commitCount += 1
        guard !records.isEmpty else { return [] }
        self.recover()
        self.recent.append(contentsOf: records)
        self.recentByteCount += records.reduce(0) { $0 + $1.byteCount }
        while self.recent.count > self.recentEvents || self.recentByteCount > Self.recentBytes,
            let record = self.recent.popFirst()
        {
            self.recentByteCount -= record.byteCount
        }
        defer { self.waiters = [:] }
        return Array(self.waiters.values)
    }

    /// A transaction has failed, or would.
    ///
    /// - Parameter byteCount: The bytes of its largest event.
    mutating func fail(_ reason: String, byteCount: Int = 0) {
        self.failure = reason
        if byteCount > 0 { self.failedByteCount = byteCount }
    }

    /// An event has been written, or as much as one.
    mutating func recover() {
        self.failure = nil
        self.failedByteCount = 0
    }

    /// Ends a step, and tells whether another one is to follow.
    mutating func endStep(hasMore: Bool) -> Bool {
        self.isScheduled = !self.pending.isEmpty || hasMore && !self.isClosed
        return self.isScheduled
    }

    /// A second has gone by: tells whether the writer has something to do without an append.
    mutating func tick(_ retention: Retention, at time: Int64) -> Bool {
        guard !self.isScheduled, !self.isClosed else { return false }
        self.idleTicks += 1
        // Now and then also to give back what is not in use.
        guard self.failure != nil || self.head.exceeds(retention, at: time) || self.idleTicks % 60 == 0 else {
            return false
        }
        self.isScheduled = true
        return true
    }

    /// Takes nothing more in. The writer may have something to do still.
    ///
    /// - Returns: Who waited for events; `nil` if it was closed before.
    mutating func close() -> [CheckedContinuation<Void, Never>]? {
        if self.isClosed { return nil }
        self.isClosed = true
        defer { self.waiters = [:] }
        return Array(self.waiters.values)
    }

    // MARK: Following

    enum Next {
        case records([LogRecord])
        /// What comes next has left the memory.
        case onDisk
        case nothing
        case closed
    }

    /// What comes behind a cursor.
    func next(after cursor: UInt64, limit: Int) -> Next {
        guard cursor < self.head.last else { return self.isClosed ? .closed : .nothing }
        guard let oldest = self.recent.first?.position.sequence, oldest <= cursor + 1 else {
            return self.isClosed ? .closed : .onDisk
        }
        return .records(Array(self.recent.dropFirst(Int(cursor + 1 - oldest)).prefix(limit)))
    }

    /// The file is read.
    mutating func countRead() { self.readCount += 1 }

    mutating func makeWaiterID() -> UInt64 {
        self.lastWaiterID += 1
        return self.lastWaiterID
    }

    /// Adds somebody who waits for events behind a cursor.
    ///
    /// - Returns: Whether it has to wait.
    mutating func addWaiter(_ continuation: CheckedContinuation<Void, Never>, id: UInt64, after cursor: UInt64) -> Bool
    {
        guard self.head.last <= cursor, !self.isClosed else { return false }
        self.waiters[id] = continuation
        return true
    }

    mutating func removeWaiter(_ id: UInt64) -> CheckedContinuation<Void, Never>? {
        self.waiters.removeValue(forKey: id)
    }
}
#endif
