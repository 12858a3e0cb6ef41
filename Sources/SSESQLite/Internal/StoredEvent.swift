#if SQLite
internal import Foundation
internal import GRDB
internal import SSEBroker
internal import ServerSentEvents

/// An event as a row of the file.
@available(SwiftSSE 1.0, *)
enum StoredEvent {
    /// What is read, small things first: what stands behind a long text is far away in the file.
    static let columns = "sequence, bytes, private, topics, type, id, retry, data"

    static let insertion = """
        INSERT INTO event (sequence, time, bytes, private, topics, type, id, retry, data)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// The row of a new event.
    static func arguments(_ record: LogRecord, _ event: ServerSentEvent, time: Int64) -> StatementArguments {
        [
            Int64(clamping: record.position.sequence),
            time,
            record.frame.chunk.count,
            record.isPrivate,
            // A topic has no control characters.
            record.topics.map(\.rawValue).joined(separator: "\n").blob,
            event.type == .message ? nil : event.type.rawValue.blob,
            event.id?.rawValue.blob,
            event.retry?.milliseconds,
            event.withBytes { bytes in bytes.withUnsafeBytes { Data($0) } },
        ]
    }

    // MARK: Reading

    static func sequence(of row: Row) throws -> UInt64 {
        UInt64(clamping: try row.decode(Int64.self, atIndex: 0))
    }

    static func byteCount(of row: Row) throws -> Int { try row.decode(Int.self, atIndex: 1) }

    static func isPrivate(_ row: Row) throws -> Bool { try row.decode(Bool.self, atIndex: 2) }

    static func topics(of row: Row, at index: Int = 3) throws -> [Topic] {
        do {
            let text = try Self.text(of: row, at: index) ?? ""
            return try text.split(separator: "\n", omittingEmptySubsequences: false).map { try Topic(String($0)) }
        } catch {
            throw Self.unreadable(try Self.sequence(of: row), error)
        }
    }

    /// Makes an event's record.
    ///
    /// - Throws: `BrokerError` if the row is not one that has been written here.
    static func record(of row: Row, topics: [Topic], epoch: UInt64) throws -> LogRecord {
        let sequence = try Self.sequence(of: row)
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
                isPrivate: try Self.isPrivate(row)
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
#endif
