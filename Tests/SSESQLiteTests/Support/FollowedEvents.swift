#if SQLite
import SSEBroker
import SSETestSupport

/// The numbers of the events that a follower has got.
@available(SwiftSSE 1.0, *)
final class FollowedEvents: Sendable {
    private let state = Watched<[UInt64]>([])

    var sequences: [UInt64] { self.state.value }

    /// Waits until there are so many.
    func wait(forCount count: Int) async throws {
        try await self.state.wait { $0.count >= count }
    }

    /// Adds events, and returns how many there are.
    func append(_ records: [LogRecord]) -> Int {
        self.state.update { sequences in
            sequences += records.map(\.position.sequence)
            return sequences.count
        }
    }
}
#endif
