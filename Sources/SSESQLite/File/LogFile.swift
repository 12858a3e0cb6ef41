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
    /// The files that SQLite has open, which must stay where they are.
    private let identities: [FileIdentity]

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
        try FileIdentity.check(path)
        let lock = try FileLock(for: path)
        let isNew = FileIdentity.create(path)
        do {
            try Self.checkBeginning(path)
            if durability == .full { try Self.synchronize(path) }
            let hasLog = (FileIdentity.size(of: path + "-wal") ?? 0) > 0
            let pool = try DatabasePool(path: path, configuration: Self.configuration(path))
            let start = LogStart(durability, environment, hasWriteAheadLog: hasLog, note: lock.note)
            let head = try pool.writeWithoutTransaction { try start.run($0, path) }
            lock.write(LogNote(epoch: head.epoch, last: head.last))
            let identities = [path, path + "-wal"].compactMap { FileIdentity($0) }
            let file = LogFile(path: path, pool: pool, lock: lock, durability: durability, identities: identities)
            return (file, head)
        } catch {
            if isNew, FileIdentity.size(of: path) == 0 { try? FileManager.default.removeItem(atPath: path) }
            throw Self.error(error, path)
        }
    }

    /// Why a log cannot be opened.
    private static func error(_ error: any Error, _ path: String) -> SQLiteEngineError {
        do {
            throw error
        } catch let error as SQLiteEngineError {
            return error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            return SQLiteEngineError(
                code: .notALog,
                message: "'\(path)' is no database; it is left as it is.",
                cause: error
            )
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            return SQLiteEngineError(code: .damaged, message: "'\(path)' is damaged.", cause: error)
        } catch {
            return SQLiteEngineError(
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

    /// Finds out whether the files are still where they were. What is written to others nobody finds again.
    ///
    /// - Throws: `BrokerError`.
    func checkIsInPlace() throws(BrokerError) {
        for identity in self.identities where FileIdentity(identity.path) != identity {
            throw BrokerError(
                code: .engineUnavailable,
                message: "'\(identity.path)' has been removed or replaced while it was in use; start the engine again."
            )
        }
    }

    /// Finds out whether as many bytes can be written as an event had that could not.
    ///
    /// A page that is in the file already can be written on a full disk, so what is tried takes new pages, and in
    /// transactions of its own: what one transaction both writes and lets go of is never written.
    ///
    /// - Throws: The error of the database that an event would have met.
    func tryWriting(_ byteCount: Int, _ db: Database) throws {
        // What a trial has left that a failure of the machine interrupted goes with the next one.
        try db.execute(sql: "DROP TABLE IF EXISTS trial")
        try db.inTransaction(.immediate) {
            try db.execute(sql: "CREATE TABLE trial (data BLOB)")
            try db.execute(sql: "INSERT INTO trial VALUES (zeroblob(?))", arguments: [max(byteCount, 4096)])
            return .commit
        }
        try db.execute(sql: "DROP TABLE trial")
        // So that the space is there again for the event.
        _ = try? db.checkpoint(.passive)
    }

    // MARK: The end

    /// Has the disk take everything, so that nothing is in doubt when the file is opened again.
    func settle(_ db: Database) throws {
        try LogStart.set(.full, db)
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
#endif
