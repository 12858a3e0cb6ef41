internal import SSEBroker
internal import Synchronization

/// The events that a follower has got so far.
@available(SwiftSSE 1.0, *)
final class ReceivedRecords: Sendable {
    private let records = Mutex<[LogRecord]>([])

    var all: [LogRecord] { self.records.withLock { $0 } }

    /// Adds events, and returns how many there are.
    func append(_ more: [LogRecord]) -> Int {
        self.records.withLock { records in
            records += more
            return records.count
        }
    }
}
