#if SQLite
import SSEBroker
import Synchronization

/// The numbers of the events that a follower has got.
@available(SwiftSSE 1.0, *)
final class FollowedEvents: Sendable {
    private let state = Mutex<[UInt64]>([])

    var sequences: [UInt64] { self.state.withLock { $0 } }

    /// Adds events, and returns how many there are.
    func append(_ records: [LogRecord]) -> Int {
        self.state.withLock { sequences in
            sequences += records.map(\.position.sequence)
            return sequences.count
        }
    }
}
#endif
