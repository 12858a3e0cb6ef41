#if SQLite
internal import GRDB
internal import SSEBroker

/// Reads events from a state of the log that stands still while it is read.
@available(SwiftSSE 1.0, *)
struct LogReader {
    /// The most bytes of events that are read in one go, unless the first has more.
    static let maximumBytes = 8 * 1024 * 1024

    /// The most events that are read in one go.
    static let maximumCount = 10_000

    /// The most events, and bytes of their topics, that are taken out at a time to be compared with a selection.
    static let (candidateCount, candidateBytes) = (512, 256 * 1024)

    /// An event that a selection may want: as much of it as is compared.
    struct Candidate: Sendable {
        let sequence: UInt64
        let isPrivate: Bool
        /// The topics as the file has them.
        let topics: String
    }

    /// The events behind a cursor that are to be compared with a selection.
    struct Candidates: Sendable {
        var all: [Candidate] = []
        /// The number up to which the log has been looked through.
        var cursor: UInt64
        /// A Boolean value that indicates whether events behind the cursor that was given have left the log.
        var isMissingEvents: Bool
        /// The newest event's number.
        var last: UInt64
    }

    private let db: Database
    private let epoch: UInt64

    init(_ db: Database, epoch: UInt64) {
        self.db = db
        self.epoch = epoch
    }

    /// The candidates behind a cursor, before anything has been looked at.
    private func beginning(after cursor: UInt64) throws -> Candidates {
        let last = UInt64(clamping: try Int64.fetchOne(self.db, sql: "SELECT last FROM log") ?? 0)
        let first = try Int64.fetchOne(self.db, sql: "SELECT min(sequence) FROM event").map(UInt64.init(clamping:))
        let start = max(cursor, (first ?? last + 1) - 1)
        return Candidates(cursor: start, isMissingEvents: start > cursor, last: last)
    }

    /// Reads all events behind a cursor.
    ///
    /// - Parameters:
    ///   - limit: The most events to return.
    ///   - bytes: The most bytes of them, unless the first has more.
    func readAll(after cursor: UInt64, limit: Int, bytes: Int) throws -> LogSlice {
        let beginning = try self.beginning(after: cursor)
        var slice = LogSlice(records: [], cursor: beginning.cursor, isMissingEvents: beginning.isMissingEvents)
        let statement = try self.db.cachedStatement(
            sql: "SELECT \(StoredEvent.columns) FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?"
        )
        let rows = try Row.fetchCursor(statement, arguments: [Int64(clamping: slice.cursor), limit])
        var byteCount = 0
        while let row = try rows.next() {
            let record = try StoredEvent.record(of: row, epoch: self.epoch)
            byteCount += record.byteCount
            guard slice.records.isEmpty || byteCount <= bytes else { break }
            slice.records.append(record)
            slice.cursor = record.position.sequence
        }
        return slice
    }

    /// Reads events by their numbers.
    ///
    /// - Parameters:
    ///   - bytes: The most bytes of them.
    ///   - takesFirst: Whether the first is read though it has more.
    /// - Returns: The events that are there, and how many of the numbers have been looked at.
    func records(
        _ sequences: [UInt64],
        bytes: Int,
        takesFirst: Bool
    ) throws -> (records: [LogRecord], count: Int) {
        let statement = try self.db.cachedStatement(
            sql: "SELECT \(StoredEvent.columns) FROM event WHERE sequence = ?"
        )
        var records: [LogRecord] = []
        var byteCount = 0
        for (index, sequence) in sequences.enumerated() {
            guard let row = try Row.fetchOne(statement, arguments: [Int64(clamping: sequence)]) else { continue }
            let record = try StoredEvent.record(of: row, epoch: self.epoch)
            byteCount += record.byteCount
            guard byteCount <= bytes || takesFirst && records.isEmpty else { return (records, index) }
            records.append(record)
        }
        return (records, sequences.count)
    }

    /// The first event with an id that its publisher chose.
    func sequence(ofPublisherID id: String) throws -> UInt64? {
        let statement = try self.db.cachedStatement(
            sql: "SELECT sequence FROM event WHERE id = ? ORDER BY sequence LIMIT 1"
        )
        return try Int64.fetchOne(statement, arguments: [id.blob]).map(UInt64.init(clamping:))
    }

    // MARK: Candidates

    /// Takes out what a selection may want behind a cursor. Nothing is compared here, since others wait for the
    /// connection.
    ///
    /// - Parameters:
    ///   - topics: The topics whose events are looked up; `nil` to look at one event after the other.
    ///   - limit: The most events.
    func candidates(after cursor: UInt64, of topics: [Topic]?, limit: Int) throws -> Candidates {
        var candidates = try self.beginning(after: cursor)
        guard candidates.cursor < candidates.last else { return candidates }
        let limit = min(max(1, limit), Self.candidateCount)
        var byteCount = 0
        func add(_ row: Row) throws -> Bool {
            let candidate = try StoredEvent.candidate(row)
            candidates.all.append(candidate)
            candidates.cursor = candidate.sequence
            byteCount += candidate.topics.utf8.count
            return byteCount < Self.candidateBytes
        }
        guard let topics else {
            let statement = try self.db.cachedStatement(
                sql: "SELECT \(StoredEvent.candidateColumns) FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?"
            )
            let rows = try Row.fetchCursor(statement, arguments: [Int64(clamping: candidates.cursor), limit])
            while let row = try rows.next(), try add(row) {}
            return candidates
        }
        let statement = try self.db.cachedStatement(
            sql: "SELECT \(StoredEvent.candidateColumns) FROM event WHERE sequence = ?"
        )
        let sequences = try self.sequences(of: topics, after: candidates.cursor, limit: limit)
        for sequence in sequences {
            if let row = try Row.fetchOne(statement, arguments: [sequence]), try !add(row) { return candidates }
        }
        candidates.cursor = sequences.count < limit ? candidates.last : UInt64(clamping: sequences[limit - 1])
        return candidates
    }

    /// The first numbers behind a cursor at which one of some topics has an event, and perhaps others.
    private func sequences(of topics: [Topic], after cursor: UInt64, limit: Int) throws -> [Int64] {
        let statement = try self.db.cachedStatement(
            sql: "SELECT sequence FROM event_topic WHERE hash = ? AND sequence > ? ORDER BY sequence LIMIT ?"
        )
        var found: Set<Int64> = []
        for topic in topics {
            let arguments: StatementArguments = [TopicHash.of(topic), Int64(clamping: cursor), limit]
            let rows = try Int64.fetchCursor(statement, arguments: arguments)
            while let sequence = try rows.next() { found.insert(sequence) }
        }
        return Array(found.sorted().prefix(limit))
    }
}
#endif
