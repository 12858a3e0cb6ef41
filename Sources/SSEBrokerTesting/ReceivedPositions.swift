internal import SSEBroker
internal import Synchronization

/// The positions that a follower has got so far.
@available(SwiftSSE 1.0, *)
final class ReceivedPositions: Sendable {
    private let positions = Mutex<[EventPosition]>([])

    var all: [EventPosition] { self.positions.withLock { $0 } }

    /// Adds positions, and returns how many there are.
    func append(_ more: [EventPosition]) -> Int {
        self.positions.withLock { positions in
            positions += more
            return positions.count
        }
    }
}
