#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker
internal import ServerSentEvents

/// An event as a row of the file.
@available(SwiftSSE 1.0, *)
enum StoredEvent {
    /// What is read, small things first: what stands behind a long text is far away in the file.
    static let columns = "sequence, bytes, private, topics, type, id, retry, data, time"

    /// The columns of an event that is to be compared with a selection.
    static let candidateColumns = "sequence, private, topics"

    static let insertion = """
        INSERT INTO event (sequence, time, bytes, private, topics, type, id, retry, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// The row of a new event.
    static func arguments(_ record: LogRecord, _ event: ServerSentEvent, time: Int64) -> StatementArguments {
        [
            Int64(clamping: record.position.sequence),
            time,
            Self.byteCount(record, event),
            record.isPrivate,
            // A topic has no control characters.
            record.topics.map(\.rawValue).joined(separator: "\n").blob,
            event.type == .message ? nil : event.type.rawValue.blob,
            event.id?.rawValue.blob,
            event.retry?.milliseconds,
            event.withBytes { bytes in bytes.withUnsafeBytes { Data($0) } },
        ]
    }

    // MARK: Size

    /// About how many bytes of the file an event takes at most: its row, in pages that are not all full, and what finds
    /// it by its topics and its id.
    static func byteCount(_ record: LogRecord, _ event: ServerSentEvent) -> Int {
        let topics = record.topics.reduce(0) { $0 + $1.rawValue.utf8.count + 1 }
        let idByteCount = event.id?.rawValue.utf8.count ?? 0
        let texts = event.withBytes { $0.count } + topics + event.type.rawValue.utf8.count + idByteCount
        return Self.rowBytes(texts + Self.rowOverhead) + record.topics.count * Self.topicBytes
            + (event.id == nil ? 0 : 2 * idByteCount + 64)
    }

    /// The bytes of a row beside its texts: numbers, and the lengths of all.
    private static let rowOverhead = 64

    /// The bytes of an index for one topic of an event: twice its 20, since what comes in no order leaves pages half
    /// full, and what is removed leaves them a third full.
    private static let topicBytes = 64

    /// A row in pages of 4,096 bytes (https://sqlite.org/fileformat.html#b_tree_pages). A page stays as full as it is
    /// when the next row does not fit; so a row may take its own size once more. What is longer than a page goes into
    /// pages of its own, but for some bytes.
    private static func rowBytes(_ byteCount: Int) -> Int {
        let (localBytes, leastLocalBytes, overflowBytes) = (4061, 489, 4092)
        if byteCount <= 1024 { return byteCount * 4 / 3 }
        if byteCount <= localBytes { return 2 * byteCount }
        let rest = leastLocalBytes + (byteCount - leastLocalBytes) % overflowBytes
        let local = rest <= localBytes + Self.rowOverhead ? min(rest, localBytes) : leastLocalBytes
        return 2 * local + (byteCount - local + overflowBytes - 1) / overflowBytes * 4096
    }

    // MARK: Reading

    static func sequence(of row: Row) throws -> UInt64 {
        UInt64(clamping: try row.decode(Int64.self, atIndex: 0))
    }

    static func byteCount(of row: Row) throws -> Int { try row.decode(Int.self, atIndex: 1) }

    static func isPrivate(_ row: Row) throws -> Bool { try row.decode(Bool.self, atIndex: 2) }

    static func topics(of row: Row, at index: Int = 3) throws -> [Topic] {
        try Self.topics(Self.text(of: row, at: index) ?? "", of: try Self.sequence(of: row))
    }

    /// Reads topics.
    ///
    /// - Parameters:
    ///   - text: The topics as the file has them.
    ///   - sequence: The number of the event, for the error.
    /// - Throws: `BrokerError` if they are not what has been written here.
    static func topics(_ text: String, of sequence: UInt64) throws(BrokerError) -> [Topic] {
        do throws(BrokerError) {
            var topics: [Topic] = []
            for part in text.split(separator: "\n", omittingEmptySubsequences: false) {
                topics.append(try Topic(String(part)))
            }
            return topics
        } catch {
            throw Self.unreadable(sequence, error)
        }
    }

    /// Reads a row of ``candidateColumns``.
    static func candidate(_ row: Row) throws -> LogReader.Candidate {
        LogReader.Candidate(
            sequence: try Self.sequence(of: row),
            isPrivate: try row.decode(Bool.self, atIndex: 1),
            topics: try Self.text(of: row, at: 2) ?? ""
        )
    }

    /// Makes an event's record.
    ///
    /// - Throws: `BrokerError` if the row is not one that has been written here.
    static func record(of row: Row, epoch: UInt64) throws -> LogRecord {
        let sequence = try Self.sequence(of: row)
        let topics = try Self.topics(of: row)
        do {
            let event = ServerSentEvent(
                type: try Self.text(of: row, at: 4).map { try ServerSentEvent.EventType($0) } ?? .message,
                data: try Self.text(of: row, at: 7) ?? "",
                id: try Self.text(of: row, at: 5).map { try ServerSentEvent.EventID($0) },
                retry: try row.decode(Int64?.self, atIndex: 6).map {
                    try ServerSentEvent.ReconnectionTime(.milliseconds($0))
                }
            )
            return try LogRecord(
                position: EventPosition(epoch: epoch, sequence: sequence),
                topics: topics,
                event: event,
                isPrivate: try Self.isPrivate(row),
                time: .milliseconds(try row.decode(Int64.self, atIndex: 8))
            )
        } catch {
            throw Self.unreadable(sequence, error)
        }
    }

    private static func unreadable(_ sequence: UInt64, _ error: any Error) -> BrokerError {
        BrokerError(
            code: .engineFailed,
            message: "The event \(sequence) cannot be read; the log's file is damaged.",
            cause: error
        )
    }

    private static func text(of row: Row, at index: Int) throws -> String? {
        try row.withUnsafeData(atIndex: index) { $0.map { String(decoding: $0, as: UTF8.self) } }
    }
}

extension String {
    /// The text as the file has it.
    var blob: Data { Data(self.utf8) }
}

/// The number by which a topic's events are found in the file: FNV-1a over its bytes, with 64 bits.
///
/// Two topics may have the same; what is found is looked at again. Making many with the same number costs those who
/// replay one of them a look at the events of the others, as if they had asked for all topics, and no more.
@available(SwiftSSE 1.0, *)
enum TopicHash {
    static func of(_ topic: Topic) -> Int64 { Int64(bitPattern: FNV.hash(topic.rawValue.utf8)) }
}
#endif
