internal import Synchronization

/// Keeps a broker's events in this process's memory. The default, and the model for other engines.
///
/// Each engine made is a log of its own with a new, random epoch: what was published before a restart is gone, and
/// subscribers who come back are told.
@available(SwiftSSE 1.0, *)
public final class MemoryEngine: BrokerEngine {
    let store: LogStore

    /// Makes an engine with an empty log.
    ///
    /// - Parameters:
    ///   - configuration: How much is kept, and for how long keys are remembered.
    ///   - clock: What measures ages.
    public convenience init(
        configuration: BrokerConfiguration = .defaults,
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.init(configuration: configuration, time: TimeSource(clock))
    }

    init(configuration: BrokerConfiguration, time: TimeSource) {
        // Few enough digits for short ids, enough numbers that no two lives meet: 36^8 is 2.8 * 10^12.
        let epoch = UInt64.random(in: 1..<2_821_109_907_456)
        self.store = LogStore(
            log: EventLog(epoch: epoch, retention: configuration.retention),
            window: IdempotencyWindow(span: configuration.idempotencyWindow, limit: configuration.idempotencyKeys),
            time: time
        )
    }

    /// Adds an event at once.
    public func append(_ publication: Publication) throws(BrokerError) -> PublishReceipt {
        try self.store.append(publication)
    }

    /// Delivers every event behind a cursor, until the task is cancelled or the broker shuts down.
    public func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws {
        var cursor = cursor
        while true {
            try Task.checkCancellation()
            let slice = self.store.read(after: cursor, .everything, limit: 256)
            if slice.isMissingEvents {
                throw BrokerError(code: .eventsMissed, message: "Events behind \(cursor) have left the log.")
            }
            cursor = slice.cursor
            if !slice.records.isEmpty {
                try deliver(slice.records)
            } else if await self.store.wait(
                after: EventPosition(epoch: self.store.position.epoch, sequence: cursor),
                .everything
            ) == .closed {
                throw BrokerError.closed
            }
        }
    }

    /// Reads events behind a cursor.
    public func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) throws(BrokerError) -> LogSlice {
        self.store.read(after: cursor, selection, limit: limit)
    }

    /// What the log holds now.
    public func bounds() throws(BrokerError) -> LogBounds { self.store.bounds }

    /// Healthy, until the broker shuts down.
    public func health() -> EngineHealth {
        self.store.isClosed ? .unavailable("The broker is shutting down.") : .healthy
    }
}
