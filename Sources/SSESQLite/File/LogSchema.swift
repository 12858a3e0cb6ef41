#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker

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

/// What is known of a log without looking into it. Changed with each transaction, and only if it is committed.
@available(SwiftSSE 1.0, *)
struct LogHead: Sendable, Hashable {
    let epoch: UInt64

    /// The oldest event's number; one more than ``last`` if there is none.
    var first: UInt64

    /// The newest event's number.
    var last: UInt64

    /// Bytes of the file that the events take.
    var byteCount: Int

    /// When the oldest event was published, in milliseconds since 1970; `nil` if there is none.
    var oldestTime: Int64?

    /// The number of the newest key that is remembered.
    var lastKey: Int64

    /// When the oldest key that is remembered was given, in milliseconds since 1970; `nil` if there is none.
    var oldestKeyTime: Int64?

    /// The newest time that was in the log when it was opened, `nil` if there was none.
    var latestTime: Int64?

    var bounds: LogBounds { LogBounds(epoch: self.epoch, first: self.first, last: self.last) }

    var eventCount: UInt64 { self.last + 1 - self.first }

    /// Whether the oldest event has to go. The newest stays, unless it is too old.
    func exceeds(_ retention: Retention, at time: Int64) -> Bool {
        if self.eventCount > 1, self.eventCount > UInt64(clamping: retention.events) || self.byteCount > retention.bytes
        {
            return true
        }
        guard let age = retention.age, let oldestTime = self.oldestTime else { return false }
        return time - oldestTime > age.milliseconds
    }
}

extension Duration {
    /// The time in whole milliseconds, rounded down; no more than fit.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min / 2 : .max / 2 }
        return min(product, .max / 2) + attoseconds / 1_000_000_000_000_000
    }
}
#endif
