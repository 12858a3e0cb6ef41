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

    private let db: Database
    private let epoch: UInt64
    private let byteLimit: Int
    private var byteCount = 0

    init(_ db: Database, epoch: UInt64, bytes: Int = LogReader.maximumBytes) {
        self.db = db
        self.epoch = epoch
        self.byteLimit = min(bytes, Self.maximumBytes)
    }

    /// Reads what a selection wants behind a cursor.
    ///
    /// - Parameter limit: The most events to return. If each event has to be asked for, because of templates or because
    ///   some are private, no more than 16 times as many are looked at.
    mutating func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) throws -> LogSlice {
        let limit = min(max(1, limit), Self.maximumCount)
        let last = UInt64(clamping: try Int64.fetchOne(self.db, sql: "SELECT last FROM log") ?? 0)
        let first = try Int64.fetchOne(self.db, sql: "SELECT min(sequence) FROM event").map(UInt64.init(clamping:))
        let start = max(cursor, (first ?? last + 1) - 1)
        var slice = LogSlice(records: [], cursor: start, isMissingEvents: start > cursor)
        guard start < last else { return slice }
        if selection.wanted.isExact {
            try self.readTopics(&slice, through: last, selection, limit: limit)
        } else {
            try self.scan(&slice, through: last, selection, limit: limit)
        }
        return slice
    }

    /// The first event with an id that its publisher chose.
    func sequence(ofPublisherID id: String) throws -> UInt64? {
        let statement = try self.db.cachedStatement(
            sql: "SELECT sequence FROM event WHERE id = ? ORDER BY sequence LIMIT 1"
        )
        return try Int64.fetchOne(statement, arguments: [id.blob]).map(UInt64.init(clamping:))
    }

    /// Looks at one event after the other.
    private mutating func scan(
        _ slice: inout LogSlice,
        through last: UInt64,
        _ selection: TopicSelection,
        limit: Int
    ) throws {
        let statement = try self.db.cachedStatement(
            sql: "SELECT \(StoredEvent.columns) FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?"
        )
        let isEverything = selection.wanted.isAll && selection.grants.isAll
        let lookedAt = isEverything ? limit : limit * 16
        let rows = try Row.fetchCursor(statement, arguments: [Int64(clamping: slice.cursor), lookedAt])
        while slice.records.count < limit, let row = try rows.next() {
            guard try self.add(row, to: &slice, selection) else { return }
            slice.cursor = try StoredEvent.sequence(of: row)
        }
    }

    /// Looks at the events of some topics only.
    private mutating func readTopics(
        _ slice: inout LogSlice,
        through last: UInt64,
        _ selection: TopicSelection,
        limit: Int
    ) throws {
        let statement = try self.db.cachedStatement(
            sql: "SELECT \(StoredEvent.columns) FROM event WHERE sequence = ?"
        )
        let sequences = try self.sequences(of: selection.wanted.exactTopics, after: slice.cursor, limit: limit)
        for sequence in sequences {
            if let row = try Row.fetchOne(statement, arguments: [sequence]) {
                guard try self.add(row, to: &slice, selection) else { return }
            }
            slice.cursor = UInt64(clamping: sequence)
        }
        if sequences.count < limit { slice.cursor = last }
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

    /// Adds an event if it is wanted.
    ///
    /// - Returns: `false` if it would be too much.
    private mutating func add(_ row: Row, to slice: inout LogSlice, _ selection: TopicSelection) throws -> Bool {
        let topics = try StoredEvent.topics(of: row)
        guard selection.wanted.matches(topics) else { return true }
        guard try !StoredEvent.isPrivate(row) || selection.grants.matches(topics) else { return true }
        self.byteCount += try StoredEvent.byteCount(of: row)
        guard slice.records.isEmpty || self.byteCount <= self.byteLimit else { return false }
        slice.records.append(try StoredEvent.record(of: row, topics: topics, epoch: self.epoch))
        return true
    }
}
#endif
