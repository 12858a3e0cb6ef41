#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker

/// What is done to a log when it is opened.
@available(SwiftSSE 1.0, *)
struct LogStart: Sendable {
    /// Stands before the start of the machine in a log whose events are on the disk when they are acknowledged: only what is
    /// missing of its files can shorten it.
    private static let durableMark = "+"

    private let durability: SQLiteDurability
    private let bootID: String?
    /// Whether there is a write-ahead log that has something.
    private let hasWriteAheadLog: Bool
    /// What the engine before this one has noted last, `nil` if nobody knows.
    private let note: LogNote?

    init(_ durability: SQLiteDurability, _ environment: EngineEnvironment, hasWriteAheadLog: Bool, note: LogNote?) {
        self.durability = durability
        self.bootID = environment.bootID
        self.hasWriteAheadLog = hasWriteAheadLog
        self.note = note
    }

    /// Makes the tables if there are none, and a new epoch if there are events missing.
    ///
    /// - Returns: What the log holds.
    func run(_ db: Database, _ path: String) throws -> LogHead {
        // What is written here holds in any case.
        try Self.set(.full, db)
        // Given back after a checkpoint, if a long read had kept it from coming.
        try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        var head: LogHead?
        try db.inTransaction(.immediate) {
            if try LogSchema.find(in: db, path) == .empty {
                try LogSchema.create(in: db, epoch: Self.makeEpoch())
            } else {
                try self.renewEpoch(db, path)
            }
            // Whoever finds this without a write-ahead log knows that there was one.
            let mark = self.durability == .full ? Self.durableMark : ""
            try db.execute(sql: "UPDATE log SET boot = ?", arguments: [mark + (self.bootID ?? "unknown")])
            head = try LogHead.read(db, path)
            return .commit
        }
        // For that it has to be in the file itself.
        _ = try? db.checkpoint(.passive)
        try Self.set(self.durability, db)
        return try head ?? LogHead.read(db, path)
    }

    /// Begins a new epoch if the newest events may be gone: their numbers must not be given to others in the same epoch,
    /// since clients may have seen them.
    private func renewEpoch(_ db: Database, _ path: String) throws {
        guard try self.mayMissEvents(db) else { return }
        guard try String.fetchOne(db, sql: "PRAGMA quick_check(1)") == "ok" else {
            throw SQLiteEngineError(
                code: .damaged,
                message: "'\(path)' has been damaged by a failure of the machine, or by what is missing beside it."
            )
        }
        try db.execute(sql: "UPDATE log SET epoch = ?", arguments: [Int64(Self.makeEpoch())])
    }

    private func mayMissEvents(_ db: Database) throws -> Bool {
        guard let row = try Row.fetchOne(db, sql: "SELECT epoch, last, boot FROM log") else { return false }
        let epoch = UInt64(clamping: try row.decode(Int64.self, atIndex: 0))
        let last = UInt64(clamping: try row.decode(Int64.self, atIndex: 1))
        let mark = try row.decode(String?.self, atIndex: 2)
        // The machine has failed while the disk had not been waited for.
        if let mark, !mark.hasPrefix(Self.durableMark), self.bootID.map({ $0 != mark }) ?? true { return true }
        // The files are older than what has been acknowledged, or a part of them is missing or cannot be read.
        if let note, note.epoch == epoch { return last < note.last }
        // Nobody knows how long the log was, and it has not been closed, but what was written last is not there.
        return mark != nil && !self.hasWriteAheadLog
    }

    /// As many as ``MemoryEngine`` has, so that ids stay short and no two logs meet.
    private static func makeEpoch() -> UInt64 { UInt64.random(in: 1..<2_821_109_907_456) }

    /// Has the disk waited for as a durability says.
    static func set(_ durability: SQLiteDurability, _ db: Database) throws {
        try db.execute(
            sql: """
                PRAGMA synchronous = \(durability.rawValue);
                PRAGMA fullfsync = \(durability == .full ? 1 : 0);
                PRAGMA checkpoint_fullfsync = \(durability == .off ? 0 : 1);
                """
        )
    }
}

@available(SwiftSSE 1.0, *)
extension LogHead {
    /// Reads what there is when a log is opened.
    static func read(_ db: Database, _ path: String) throws -> LogHead {
        func damaged(_ reason: String) -> SQLiteEngineError {
            SQLiteEngineError(code: .damaged, message: "'\(path)' is damaged: \(reason).")
        }
        guard let row = try Row.fetchOne(db, sql: "SELECT epoch, last, bytes FROM log"),
            let epoch = UInt64(exactly: try row.decode(Int64.self, atIndex: 0)),
            let last = UInt64(exactly: try row.decode(Int64.self, atIndex: 1))
        else {
            throw damaged("it does not say where it ends")
        }
        let first = try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM event").map(UInt64.init(clamping:))
        let newest = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM event").map(UInt64.init(clamping:))
        guard newest == nil || newest == last, first != 0 else { throw damaged("its newest events are missing") }
        return LogHead(
            epoch: epoch,
            first: first ?? last + 1,
            last: last,
            byteCount: try row.decode(Int.self, atIndex: 2),
            oldestTime: try Int64.fetchOne(db, sql: "SELECT time FROM event ORDER BY sequence LIMIT 1"),
            lastKey: try Int64.fetchOne(db, sql: "SELECT max(number) FROM idempotency") ?? 0,
            oldestKeyTime: try Int64.fetchOne(db, sql: "SELECT time FROM idempotency ORDER BY number LIMIT 1"),
            latestTime: try Int64.fetchOne(
                db,
                sql: """
                    SELECT max(time) FROM (
                        SELECT max(time) AS time FROM idempotency
                        UNION ALL SELECT time FROM event WHERE sequence = (SELECT max(sequence) FROM event)
                        UNION ALL SELECT time FROM event WHERE sequence = (SELECT min(sequence) FROM event)
                    )
                    """
            )
        )
    }
}
#endif
