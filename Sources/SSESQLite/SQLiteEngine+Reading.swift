#if SQLite
internal import GRDB
public import SSEBroker
internal import Synchronization

@available(SwiftSSE 1.0, *)
extension SQLiteEngine {
    /// Reads events from the file, beside publishers and other readers; no more than some megabytes in one go.
    public func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int
    ) async throws(BrokerError) -> LogSlice {
        try await self.read(after: cursor, selection, limit: limit, bytes: LogReader.maximumBytes)
    }

    /// Reads events from the file, and no more bytes of them than asked for.
    public func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int,
        bytes: Int
    ) async throws(BrokerError) -> LogSlice {
        try await self.read(bytes: bytes) { reader in try reader.read(after: cursor, selection, limit: limit) }
    }

    /// Finds the event with an id that its publisher chose, by an index.
    public func sequence(ofPublisherID id: String) async throws(BrokerError) -> UInt64? {
        try await self.read { reader in try reader.sequence(ofPublisherID: id) }
    }

    private func read<Value: Sendable>(
        bytes: Int = LogReader.maximumBytes,
        _ body: @escaping @Sendable (inout LogReader) throws -> Value
    ) async throws(BrokerError) -> Value {
        // Not the pool's own async function, which gives up half way when the task is cancelled: that would be an error
        // of the engine, and nobody's who has asked for it.
        self.state.withLock { $0.countRead() }
        let result: Result<Value, BrokerError> = await withCheckedContinuation { continuation in
            self.file.pool.asyncRead { db in
                let result = Result {
                    var reader = LogReader(try db.get(), epoch: self.epoch, bytes: bytes)
                    return try body(&reader)
                }
                continuation.resume(
                    returning: result.mapError { error in
                        self.state.withLock { $0.isClosed }
                            ? .closed : StorageFailure.error("read", self.path, error)
                    }
                )
            }
        }
        return try result.get()
    }

    /// Delivers every event behind a cursor, from memory as soon as it is committed, until the task is cancelled or the
    /// engine is closed.
    public func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws {
        var cursor = cursor
        // Later on, what is in memory may have left the file already: who follows misses nothing by that.
        if try cursor < self.bounds().first - 1 {
            throw Self.missed(cursor)
        }
        while true {
            try Task.checkCancellation()
            switch self.state.withLock({ $0.next(after: cursor, limit: 256) }) {
            case .records(let records):
                try deliver(records)
                cursor += UInt64(records.count)
            case .onDisk:
                let slice = try await self.read(after: cursor, .everything, limit: 256)
                if slice.isMissingEvents { throw Self.missed(cursor) }
                if !slice.records.isEmpty { try deliver(slice.records) }
                cursor = slice.cursor
            case .nothing:
                await self.wait(after: cursor)
            case .closed:
                throw BrokerError.closed
            }
        }
    }

    private static func missed(_ cursor: UInt64) -> BrokerError {
        BrokerError(code: .eventsMissed, message: "Events behind \(cursor) have left the log.")
    }

    /// Waits for an event behind a cursor, or the end.
    private func wait(after cursor: UInt64) async {
        let id = self.state.withLock { $0.makeWaiterID() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = self.state.withLock { state in
                    // Asked only here, so that a cancellation is either seen now or finds somebody to remove.
                    !Task.isCancelled && state.addWaiter(continuation, id: id, after: cursor)
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.removeWaiter(id) }?.resume()
        }
    }
}
#endif
