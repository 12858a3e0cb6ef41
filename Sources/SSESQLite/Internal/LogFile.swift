#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker

/// A log's file, open and locked: one connection that writes, on a queue of its own, and some that read beside it.
@available(SwiftSSE 1.0, *)
struct LogFile: Sendable {
    let path: String
    let pool: DatabasePool
    let lock: FileLock
    private let durability: SQLiteDurability

    /// Opens a log, or makes one where there is no file. Blocks.
    ///
    /// - Returns: The file, and what it holds.
    /// - Throws: ``SQLiteEngineError``; the file is left as it was then.
    static func open(
        _ path: String,
        _ durability: SQLiteDurability,
        _ environment: EngineEnvironment
    ) throws(SQLiteEngineError) -> (LogFile, LogHead) {
        // One file has one lock, whatever link leads to it; and the process may go to another folder.
        let path = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path(percentEncoded: false)
        let lock = try FileLock(for: path)
        do {
            try Self.checkBeginning(path)
            if durability == .full { try Self.synchronize(path) }
            let pool = try DatabasePool(path: path, configuration: Self.configuration(path))
            let file = LogFile(path: path, pool: pool, lock: lock, durability: durability)
            return (file, try pool.writeWithoutTransaction { try file.start($0, environment) })
        } catch let error as SQLiteEngineError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw SQLiteEngineError(
                code: .notALog,
                message: "'\(path)' is no database; it is left as it is.",
                cause: error
            )
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            throw SQLiteEngineError(code: .damaged, message: "'\(path)' is damaged.", cause: error)
        } catch {
            throw SQLiteEngineError(
                code: .cannotOpen,
                message: "'\(path)' cannot be opened: \(StorageFailure.reason(of: error)).",
                cause: error
            )
        }
    }

    private static func configuration(_ path: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = "SSESQLite"
        // Another program may look at the file, or copy it.
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            // Before anything is written, the journal's mode as well.
            if try LogSchema.find(in: db, path) == .empty { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        return configuration
    }

    /// Refuses a file that does not begin as a database does (https://sqlite.org/fileformat.html#magic_header_string).
    ///
    /// SQLite looks at that as well, but takes a file of a few bytes for one that nothing has been written to.
    private static func checkBeginning(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        let beginning = try file.read(upToCount: 16) ?? Data()
        guard beginning.isEmpty || beginning == Data("SQLite format 3\u{0}".utf8) else {
            throw DatabaseError(resultCode: .SQLITE_NOTADB)
        }
    }

    /// Has the disk take what a process has left with the system that did not do so itself.
    private static func synchronize(_ path: String) throws {
        for path in [path, path + "-wal"] where FileManager.default.fileExists(atPath: path) {
            let file = try FileHandle(forUpdating: URL(filePath: path))
            try file.synchronize()
            try file.close()
        }
    }

    // MARK: Beginning and end

    private func start(_ db: Database, _ environment: EngineEnvironment) throws -> LogHead {
        // What is written here holds in any case.
        try self.setDurability(.full, db)
        // Given back after a checkpoint, if a long read had kept it from coming.
        try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
        var head: LogHead?
        try db.inTransaction(.immediate) {
            if try LogSchema.find(in: db, self.path) == .empty {
                try LogSchema.create(in: db, epoch: Self.makeEpoch())
            }
            try self.renewEpoch(db, environment)
            head = try LogHead.read(db, self.path)
            return .commit
        }
        try self.setDurability(self.durability, db)
        return try head ?? LogHead.read(db, self.path)
    }

    /// Begins a new epoch if the machine has failed while the disk had not been waited for: the newest events may be
    /// gone then, and their numbers must not be given to others in the same epoch, since clients may have seen them.
    private func renewEpoch(_ db: Database, _ environment: EngineEnvironment) throws {
        let bootID = environment.bootID ?? "unknown"
        if let earlier = try String.fetchOne(db, sql: "SELECT boot FROM log"),
            earlier != bootID || environment.bootID == nil
        {
            guard try String.fetchOne(db, sql: "PRAGMA quick_check(1)") == "ok" else {
                throw SQLiteEngineError(
                    code: .damaged,
                    message: "'\(self.path)' has been damaged by a failure of the machine."
                )
            }
            try db.execute(sql: "UPDATE log SET epoch = ?", arguments: [Int64(Self.makeEpoch())])
        }
        try db.execute(
            sql: "UPDATE log SET boot = ?",
            arguments: [self.durability == .full ? nil : bootID]
        )
    }

    /// As many as ``MemoryEngine`` has, so that ids stay short and no two logs meet.
    private static func makeEpoch() -> UInt64 { UInt64.random(in: 1..<2_821_109_907_456) }

    private func setDurability(_ durability: SQLiteDurability, _ db: Database) throws {
        try db.execute(
            sql: """
                PRAGMA synchronous = \(durability.rawValue);
                PRAGMA fullfsync = \(durability == .full ? 1 : 0);
                PRAGMA checkpoint_fullfsync = \(durability == .off ? 0 : 1);
                """
        )
    }

    /// Has the disk take everything, so that nothing is in doubt when the file is opened again.
    func settle(_ db: Database) throws {
        try self.setDurability(.full, db)
        // A checkpoint synchronises the file only if it has something to write.
        try db.execute(sql: "UPDATE log SET bytes = bytes")
        try db.checkpoint(.truncate)
        try db.execute(sql: "UPDATE log SET boot = NULL")
        try db.checkpoint(.truncate)
    }

    /// Closes the file. Blocks until those who read have finished.
    func close() {
        // What fails is done by the pool's own end.
        try? self.pool.close()
        self.lock.release()
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
            oldestKeyTime: try Int64.fetchOne(db, sql: "SELECT time FROM idempotency ORDER BY number LIMIT 1")
        )
    }
}
#endif
