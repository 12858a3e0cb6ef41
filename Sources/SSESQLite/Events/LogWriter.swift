#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker

/// Writes one transaction: new events, and what retention lets go of.
///
/// Used within a transaction; what it has in mind, ``head`` and ``records``, is true when that is committed.
@available(SwiftSSE 1.0, *)
struct LogWriter {
    private let db: Database
    private let configuration: BrokerConfiguration
    private let time: Int64
    private let before: LogHead

    private(set) var head: LogHead

    /// The events that were added.
    private(set) var records: [LogRecord] = []

    init(_ db: Database, _ head: LogHead, _ configuration: BrokerConfiguration, time: Int64) {
        self.db = db
        self.head = head
        self.before = head
        self.configuration = configuration
        self.time = time
    }

    /// Writes where the log ends, if that has changed.
    func finish() throws {
        guard self.head != self.before else { return }
        try self.db.cachedStatement(sql: "UPDATE log SET last = ?, bytes = ?").execute(
            arguments: [Int64(clamping: self.head.last), self.head.byteCount]
        )
    }

    // MARK: Appending

    /// Adds an event.
    ///
    /// - Returns: The receipt, or why this event cannot be in a log.
    /// - Throws: An error of the database, which is that of the whole transaction.
    mutating func append(_ publication: Publication) throws -> Result<PublishReceipt, BrokerError> {
        if let key = publication.idempotencyKey, let receipt = try self.receipt(for: key) { return .success(receipt) }
        let record: LogRecord
        do throws(BrokerError) {
            record = try LogRecord(
                position: EventPosition(epoch: self.head.epoch, sequence: self.head.last + 1),
                topics: publication.topics,
                event: publication.event,
                isPrivate: publication.isPrivate,
                time: .milliseconds(self.time)
            )
        } catch {
            return .failure(error)
        }
        try self.insert(record, publication)
        let receipt = PublishReceipt(position: record.position, id: record.id)
        if let key = publication.idempotencyKey { try self.remember(receipt, record.publisherID, for: key) }
        return .success(receipt)
    }

    private mutating func insert(_ record: LogRecord, _ publication: Publication) throws {
        let sequence = record.position.sequence
        try self.db.cachedStatement(sql: StoredEvent.insertion).execute(
            arguments: StoredEvent.arguments(record, publication.event, time: self.time)
        )
        let index = try self.db.cachedStatement(sql: "INSERT OR IGNORE INTO event_topic (hash, sequence) VALUES (?, ?)")
        for topic in record.topics {
            try index.execute(arguments: [TopicHash.of(topic), Int64(clamping: sequence)])
        }
        if self.head.eventCount == 0 { self.head.oldestTime = self.time }
        self.head.last = sequence
        self.head.byteCount += StoredEvent.byteCount(record, publication.event)
        self.records.append(record)
    }

    // MARK: Keys

    /// What was answered when a key was given, if that is not too long ago.
    private func receipt(for key: String) throws -> PublishReceipt? {
        let statement = try self.db.cachedStatement(sql: "SELECT time, sequence, id FROM idempotency WHERE name = ?")
        guard let row = try Row.fetchOne(statement, arguments: [key.blob]) else { return nil }
        let age = self.time - (try row.decode(Int64.self, atIndex: 0))
        // One of the future is of a clock that was wrong, and nobody knows how old it is.
        guard age >= 0, age <= self.configuration.idempotencyWindow.milliseconds else { return nil }
        let position = EventPosition(
            epoch: self.head.epoch,
            sequence: UInt64(clamping: try row.decode(Int64.self, atIndex: 1))
        )
        let id = try row.decode(Data?.self, atIndex: 2).map { String(decoding: $0, as: UTF8.self) }
        return PublishReceipt(position: position, id: id ?? position.wireID, isDuplicate: true)
    }

    private mutating func remember(_ receipt: PublishReceipt, _ publisherID: String?, for key: String) throws {
        self.head.lastKey += 1
        if self.head.oldestKeyTime == nil { self.head.oldestKeyTime = self.time }
        // The same key may be there still, too old to count.
        try self.db.cachedStatement(
            sql: "INSERT OR REPLACE INTO idempotency (number, name, time, sequence, id) VALUES (?, ?, ?, ?, ?)"
        ).execute(
            arguments: [
                self.head.lastKey, key.blob, self.time, Int64(clamping: receipt.position.sequence), publisherID?.blob,
            ]
        )
    }

    // MARK: Forgetting

    /// Lets go of what retention no longer covers.
    ///
    /// - Parameter limit: The most events, and the most keys, so that publishers do not wait long.
    mutating func trim(atMost limit: Int) throws {
        if self.head.exceeds(self.configuration.retention, at: self.time) { try self.trimEvents(atMost: limit) }
        try self.trimKeys(atMost: limit)
    }

    private mutating func trimEvents(atMost limit: Int) throws {
        let oldest = try self.db.cachedStatement(
            sql: "SELECT sequence, bytes, time, topics FROM event ORDER BY sequence LIMIT ?"
        )
        let index = try self.db.cachedStatement(sql: "DELETE FROM event_topic WHERE hash = ? AND sequence = ?")
        let rows = try Row.fetchCursor(oldest, arguments: [limit + 1])
        var count = 0
        while let row = try rows.next() {
            self.head.oldestTime = try row.decode(Int64.self, atIndex: 2)
            guard count < limit, self.head.exceeds(self.configuration.retention, at: self.time) else { break }
            let sequence = try StoredEvent.sequence(of: row)
            // What cannot be read must not stay for ever, and must not keep others from being written.
            for topic in (try? StoredEvent.topics(of: row)) ?? [] {
                try index.execute(arguments: [TopicHash.of(topic), Int64(clamping: sequence)])
            }
            self.head.first = sequence + 1
            self.head.byteCount -= try StoredEvent.byteCount(of: row)
            count += 1
        }
        if self.head.eventCount == 0 {
            self.head.oldestTime = nil
            self.head.byteCount = 0
        }
        try self.db.cachedStatement(sql: "DELETE FROM event WHERE sequence < ?").execute(
            arguments: [Int64(clamping: self.head.first)]
        )
    }

    private mutating func trimKeys(atMost limit: Int) throws {
        let window = self.configuration.idempotencyWindow.milliseconds
        guard let oldestKeyTime = self.head.oldestKeyTime else { return }
        guard self.time - oldestKeyTime > window || self.head.lastKey > Int64(self.configuration.idempotencyKeys) else {
            return
        }
        let oldest = try self.db.cachedStatement(sql: "SELECT number, time FROM idempotency ORDER BY number LIMIT ?")
        let rows = try Row.fetchCursor(oldest, arguments: [limit + 1])
        var (number, count) = (0 as Int64, 0)
        self.head.oldestKeyTime = nil
        while let row = try rows.next() {
            let time = try row.decode(Int64.self, atIndex: 1)
            let candidate = try row.decode(Int64.self, atIndex: 0)
            self.head.oldestKeyTime = time
            // The numbers have few holes, so that this does not count too much.
            let isTooMany = self.head.lastKey - candidate >= Int64(self.configuration.idempotencyKeys)
            guard count < limit, isTooMany || self.time - time > window else { break }
            self.head.oldestKeyTime = nil
            number = candidate
            count += 1
        }
        guard count > 0 else { return }
        try self.db.cachedStatement(sql: "DELETE FROM idempotency WHERE number <= ?").execute(arguments: [number])
    }

    /// Gives pages back that are not in use, if they are many.
    ///
    /// - Returns: Whether there are more to give back.
    func shrink() throws -> Bool {
        let free = try Int.fetchOne(self.db, sql: "PRAGMA freelist_count") ?? 0
        let all = try Int.fetchOne(self.db, sql: "PRAGMA page_count") ?? 0
        guard free > 256, free > all / 4 else { return false }
        try self.db.execute(sql: "PRAGMA incremental_vacuum(256)")
        return true
    }
}

/// An event that waits for the next transaction, and its publisher with it.
@available(SwiftSSE 1.0, *)
struct PendingAppend: Sendable {
    let publication: Publication
    let continuation: CheckedContinuation<Result<PublishReceipt, BrokerError>, Never>
    let byteCount: Int

    init(
        _ publication: Publication,
        _ continuation: CheckedContinuation<Result<PublishReceipt, BrokerError>, Never>
    ) {
        self.publication = publication
        self.continuation = continuation
        self.byteCount = publication.byteCount
    }
}
#endif
