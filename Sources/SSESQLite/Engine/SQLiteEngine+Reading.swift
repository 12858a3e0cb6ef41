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
    ///
    /// Events that a selection may want are taken out of the file a little at a time, and compared with it in this
    /// task, while others have the connection. It may end before there are as many events as asked for.
    public func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int,
        bytes: Int
    ) async throws(BrokerError) -> LogSlice {
        let limit = min(max(1, limit), LogReader.maximumCount)
        let bytes = min(bytes, LogReader.maximumBytes)
        guard selection != .everything else {
            return try await self.read { reader in try reader.readAll(after: cursor, limit: limit, bytes: bytes) }
        }
        let topics = selection.wanted.isExact ? selection.wanted.exactTopics : nil
        var slice = LogSlice(records: [], cursor: cursor, isMissingEvents: false)
        var turns = MatchTurns()
        // How many have been looked at, so that a reading ends though it finds nothing.
        var (lookedAt, byteCount) = (0, 0)
        while slice.records.count < limit, byteCount < bytes, lookedAt < limit * 16, !turns.isSpent {
            let (start, left) = (slice.cursor, limit - slice.records.count)
            // Of the events of named topics, nearly all are wanted.
            let count = topics == nil ? limit * 16 - lookedAt : left
            let candidates = try await self.read { reader in
                try reader.candidates(after: start, of: topics, limit: count)
            }
            lookedAt += max(1, candidates.all.count)
            if candidates.isMissingEvents { slice.isMissingEvents = true }
            let (wanted, comparedEnd) = try await candidates.wanted(by: selection, limit: left, &turns)
            var end = comparedEnd
            if !wanted.isEmpty {
                let (sequences, room, isFirst) = (wanted, bytes - byteCount, slice.records.isEmpty)
                let found = try await self.read { reader in
                    try reader.records(sequences, bytes: room, takesFirst: isFirst)
                }
                // They may have left the log since.
                if found.records.count < found.count { slice.isMissingEvents = true }
                if found.count < wanted.count { end = wanted[found.count] - 1 }
                slice.records += found.records
                byteCount += found.records.reduce(0) { $0 + $1.byteCount }
            }
            slice.cursor = max(slice.cursor, end)
            if end < candidates.cursor || end <= start || end >= candidates.last { break }
        }
        return slice
    }

    /// Finds the event with an id that its publisher chose, by an index.
    public func sequence(ofPublisherID id: String) async throws(BrokerError) -> UInt64? {
        try await self.read { reader in try reader.sequence(ofPublisherID: id) }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (LogReader) throws -> Value
    ) async throws(BrokerError) -> Value {
        // Not the pool's own async function, which gives up half way when the task is cancelled: that would be an error
        // of the engine, and nobody's who has asked for it.
        self.state.withLock { $0.countRead() }
        let result: Result<Value, BrokerError> = await withCheckedContinuation { continuation in
            self.file.pool.asyncRead { db in
                let result = Result {
                    try body(LogReader(try db.get(), epoch: self.epoch))
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
@available(SwiftSSE 1.0, *)
extension LogReader.Candidates {
    /// Compares the events with a selection, for as long as there are turns.
    ///
    /// - Returns: The numbers of those that it wants, and the number up to which all have been compared.
    fileprivate func wanted(
        by selection: TopicSelection,
        limit: Int,
        _ turns: inout MatchTurns
    ) async throws(BrokerError) -> (sequences: [UInt64], end: UInt64) {
        var sequences: [UInt64] = []
        for (index, candidate) in self.all.enumerated() {
            let before = index == 0 ? candidate.sequence - 1 : self.all[index - 1].sequence
            guard index == 0 || !turns.isSpent else { return (sequences, before) }
            // Reading the topics takes time as well.
            turns.spend(candidate.topics.utf8.count / 4)
            let topics = try StoredEvent.topics(candidate.topics, of: candidate.sequence)
            guard let isWanted = await turns.matches(selection, topics, isPrivate: candidate.isPrivate) else {
                return (sequences, before)
            }
            guard isWanted else { continue }
            sequences.append(candidate.sequence)
            guard sequences.count < limit else { return (sequences, candidate.sequence) }
        }
        return (sequences, self.cursor)
    }
}
#endif
