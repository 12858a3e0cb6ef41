#if SQLite
internal import Foundation
internal import GRDB

/// The tables of a log's file.
///
/// Texts are stored as BLOBs: a TEXT ends at the first NUL on its way in, and compares as the connection has it.
@available(SwiftSSE 1.0, *)
enum LogSchema {
    /// `SSEL`, by which the file says whose it is (https://sqlite.org/pragma.html#pragma_application_id).
    static let applicationID: Int32 = 0x5353_454C

    /// Counts up when an older version of this package could not read the file.
    static let version: Int32 = 1

    /// What a file is before it is written to.
    enum Finding {
        /// Nothing is in it.
        case empty
        case log
    }

    /// Looks whose file this is.
    ///
    /// - Throws: ``SQLiteEngineError`` if it is not a log that this version reads; an error of the database.
    static func find(in db: Database, _ path: String) throws -> Finding {
        let applicationID = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        if applicationID == Self.applicationID {
            guard version == Self.version else {
                throw SQLiteEngineError(
                    code: .otherVersion,
                    message: "'\(path)' is a log of the format \(version); this version has the format \(Self.version)."
                )
            }
            return .log
        }
        guard applicationID == 0, version == 0, tables == 0 else {
            throw SQLiteEngineError(
                code: .notALog,
                message: "'\(path)' is a database, but not a log of events; it is left as it is."
            )
        }
        return .empty
    }

    /// Makes the tables of an empty log.
    static func create(in db: Database, epoch: UInt64) throws {
        try db.execute(
            sql: """
                CREATE TABLE log (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    epoch INTEGER NOT NULL,
                    last INTEGER NOT NULL,
                    bytes INTEGER NOT NULL,
                    boot TEXT
                );
                CREATE TABLE event (
                    sequence INTEGER PRIMARY KEY,
                    time INTEGER NOT NULL,
                    bytes INTEGER NOT NULL,
                    private INTEGER NOT NULL,
                    topics BLOB NOT NULL,
                    type BLOB,
                    id BLOB,
                    retry INTEGER,
                    data BLOB
                );
                CREATE INDEX event_id ON event (id) WHERE id IS NOT NULL;
                CREATE TABLE event_topic (
                    hash INTEGER NOT NULL,
                    sequence INTEGER NOT NULL,
                    PRIMARY KEY (hash, sequence)
                ) WITHOUT ROWID;
                CREATE TABLE idempotency (
                    number INTEGER PRIMARY KEY,
                    name BLOB NOT NULL UNIQUE,
                    time INTEGER NOT NULL,
                    sequence INTEGER NOT NULL,
                    id BLOB
                );
                PRAGMA application_id = \(Self.applicationID);
                PRAGMA user_version = \(Self.version);
                """
        )
        try db.execute(
            sql: "INSERT INTO log (id, epoch, last, bytes) VALUES (1, ?, 0, 0)",
            arguments: [Int64(epoch)]
        )
    }
}
#endif
