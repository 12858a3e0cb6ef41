internal import SSEBroker
internal import ServerSentEvents

/// Events of a log with numbers from a first one on.
@available(SwiftSSE 1.0, *)
func records(_ data: [String], from first: UInt64 = 1) throws -> [LogRecord] {
    try data.enumerated().map { index, data in
        let position = EventPosition(epoch: 1, sequence: first + UInt64(index))
        return try LogRecord(position: position, topics: ["a"], event: ServerSentEvent(data: data))
    }
}
