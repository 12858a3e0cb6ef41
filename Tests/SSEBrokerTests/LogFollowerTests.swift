internal import Synchronization
internal import ServerSentEvents
internal import Testing

@testable internal import SSEBroker

/// Those who are called when a log grows.
struct LogFollowerTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A follower that is added while events come is called for each one behind the place it is told`() async throws
    {
        let broker = Broker()
        let counts = (0..<500).map { _ in Counter() }
        let isDone = Counter()
        let positions = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while isDone.value == 0 {
                    _ = try broker.publishImmediately(Publication(ServerSentEvent(data: ""), topics: ["a"]))
                }
            }
            // So that there is no end before the beginning.
            while broker.store.last == 0 { await Task.yield() }
            var positions: [UInt64] = []
            for count in counts {
                let follower = broker.store.addFollower { count.add() }
                positions.append(follower.position.sequence)
            }
            isDone.add()
            try await group.waitForAll()
            return positions
        }
        let last = broker.store.last
        #expect(counts.map(\.value) == positions.map { Int(last - $0) })
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)

        var value: Int { self.count.load(ordering: .acquiring) }

        func add() { self.count.add(1, ordering: .acquiringAndReleasing) }
    }
}
