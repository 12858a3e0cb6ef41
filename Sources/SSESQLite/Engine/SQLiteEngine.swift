#if SQLite
internal import Foundation
internal import GRDB
public import SSEBroker
internal import Synchronization

/// Keeps a broker's events in a file, so that they, their ids and the order of all outlive the process.
///
/// ```swift
/// let engine = try await SQLiteEngine(path: "/var/lib/sse/events.db")
/// let broker = try await Broker(engine: engine)
/// ```
///
/// Publishers are answered when their events are as safe as ``SQLiteDurability`` says. Those that publish at the same
/// time share a transaction, so that with many of them the disk is waited for once and not for each event. Subscribers
/// are served from memory as with `MemoryEngine`; what they read from the file does not hold publishers up.
///
/// A file has one engine at a time, of whatever process. If a write fails, because the disk is full or broken,
/// publishing throws and nothing has been added, while reading and following go on; when writing is possible again, it
/// goes on as well.
@available(SwiftSSE 1.0, *)
public final class SQLiteEngine: BrokerEngine {
    /// The most events that are let go of in one transaction beyond as many as it adds.
    private static let trimmedEvents = 500

    /// The file's path.
    public var path: String { self.file.path }

    let file: LogFile
    let state: Mutex<EngineState>
    let epoch: UInt64
    private let configuration: BrokerConfiguration
    private let environment: EngineEnvironment
    private let clock: LogClock

    /// Opens a log, or makes one if there is no file.
    ///
    /// - Parameters:
    ///   - path: The file. SQLite has two more beside it, with `-wal` and `-shm` behind the name, and the engine one with
    ///     `-lock`.
    ///   - durability: What an acknowledged event outlives.
    ///   - configuration: How much is kept, and for how long keys are remembered.
    /// - Throws: ``SQLiteEngineError``; the file is left as it was then.
    public convenience init(
        path: String,
        durability: SQLiteDurability = .full,
        configuration: BrokerConfiguration = .defaults
    ) async throws(SQLiteEngineError) {
        try await self.init(
            path: path,
            durability: durability,
            configuration: configuration,
            environment: .system
        )
    }

    init(
        path: String,
        durability: SQLiteDurability = .full,
        configuration: BrokerConfiguration = .defaults,
        environment: EngineEnvironment
    ) async throws(SQLiteEngineError) {
        let result: Result<(LogFile, LogHead), SQLiteEngineError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    returning: Result { () throws(SQLiteEngineError) in
                        try LogFile.open(path, durability, environment)
                    }
                )
            }
        }
        let (file, head) = try result.get()
        self.file = file
        self.epoch = head.epoch
        self.configuration = configuration
        self.environment = environment
        self.clock = LogClock(environment, latest: head.latestTime)
        self.state = Mutex(EngineState(head, recentEvents: environment.recentEvents))
        self.scheduleTick()
    }

    /// Takes no more events in, writes what has been accepted, and closes the file.
    ///
    /// An engine that is let go of, or whose process ends, needs no closing to lose nothing. Closing makes sure that
    /// another engine can open the file at once, and with ``SQLiteDurability/normal`` and ``SQLiteDurability/off`` that
    /// it needs no new epoch.
    public func close() async {
        guard let waiters = self.state.withLock({ $0.close() }) else { return }
        for waiter in waiters { waiter.resume() }
        await withCheckedContinuation { continuation in
            self.file.pool.asyncWriteWithoutTransaction { db in
                while self.state.withLock({ $0.pendingCount > 0 }) { self.write(db) }
                // Without it, the file is as after a failure.
                try? self.file.settle(db)
                continuation.resume()
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.file.close()
                continuation.resume()
            }
        }
    }

    // MARK: Appending

    /// Adds an event, and returns when its transaction has been committed.
    ///
    /// Whether the task has been cancelled makes no difference: a transaction is short.
    ///
    /// - Throws: `BrokerError`, with the code `storageFull` if the disk is full and `engineUnavailable` if the file
    ///   cannot be written otherwise. Nothing has been added then.
    public func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        let result: Result<PublishReceipt, BrokerError> = await withCheckedContinuation { continuation in
            let append = PendingAppend(publication, continuation)
            switch self.state.withLock({ $0.enqueue(append, self.path) }) {
            case .waits: break
            case .schedule: self.scheduleStep()
            case .refused(let error): continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }

    private func scheduleStep() {
        self.file.pool.asyncWriteWithoutTransaction { db in
            let hasMore = self.write(db)
            // Not at once, so that others come to their turn on this queue.
            if self.state.withLock({ $0.endStep(hasMore: hasMore) }) { self.scheduleStep() }
        }
    }

    /// Writes what waits, or without that what is to be done besides.
    ///
    /// - Returns: Whether there is more of the latter.
    @discardableResult
    private func write(_ db: Database) -> Bool {
        let time = self.clock.now
        let (appends, head) = self.state.withLock { ($0.takeStep(), $0.head) }
        var writer = LogWriter(db, head, self.configuration, time: time)
        var results: [Result<PublishReceipt, BrokerError>] = []
        var hasMore = false
        do {
            if self.state.withLock({ $0.isClosed }), appends.isEmpty { return false }
            try self.file.checkIsInPlace()
            if appends.isEmpty, let byteCount = self.state.withLock({ $0.failure == nil ? nil : $0.failedByteCount }) {
                try self.file.tryWriting(byteCount, db)
                self.state.withLock { $0.recover() }
            }
            try db.inTransaction(.immediate) {
                for append in appends { results.append(try writer.append(append.publication)) }
                try writer.trim(atMost: appends.count + Self.trimmedEvents)
                try writer.finish()
                if appends.isEmpty { hasMore = try writer.shrink() }
                return .commit
            }
        } catch {
            let error = StorageFailure.error("written", self.path, error)
            self.state.withLock { $0.fail(error.message, byteCount: appends.map(\.byteCount).max() ?? 0) }
            for append in appends { append.continuation.resume(returning: .failure(error)) }
            return false
        }
        if !appends.isEmpty { self.file.lock.write(LogNote(epoch: self.epoch, last: writer.head.last)) }
        for waiter in self.state.withLock({ $0.commit(writer.head, writer.records) }) { waiter.resume() }
        for (append, result) in zip(appends, results) { append.continuation.resume(returning: result) }
        return hasMore || writer.head.exceeds(self.configuration.retention, at: time)
    }

    /// Looks now and then whether events have become too old, or writing is possible again, until the engine is gone.
    private func scheduleTick() {
        guard let interval = self.environment.tickInterval else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + interval) { [weak self] in
            guard let self, !self.state.withLock({ $0.isClosed }) else { return }
            self.tick()
            self.scheduleTick()
        }
    }

    func tick() {
        let time = self.clock.now
        do throws(BrokerError) {
            try self.file.checkIsInPlace()
        } catch {
            self.state.withLock { $0.fail(error.message) }
        }
        if self.state.withLock({ $0.tick(self.configuration.retention, at: time) }) { self.scheduleStep() }
    }

    // MARK: State

    /// What the log holds now.
    public func bounds() throws(BrokerError) -> LogBounds { self.state.withLock { $0.head.bounds } }

    /// What could not be written is tried again once a second.
    public var noticesRecovery: Bool { true }

    /// Unavailable while events cannot be written, and when it has been closed.
    public func health() -> EngineHealth {
        self.state.withLock { state in
            if state.isClosed { return .unavailable("The log is closed.") }
            return state.failure.map(EngineHealth.unavailable) ?? .healthy
        }
    }
}
#endif
