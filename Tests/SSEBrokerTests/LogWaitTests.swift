import ServerSentEvents
import Testing

@testable import SSEBroker

/// What happens just before somebody begins to wait for the log to grow must not be waited for.
@Suite(.timeLimit(.minutes(1)))
struct LogWaitTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Who has been cancelled before it waits does not wait`() async throws {
        let broker = Broker()
        let results = await withTaskGroup(of: LogWait.self) { group in
            for _ in 1...100 {
                group.addTask {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return await broker.store.wait(after: broker.store.position, .all)
                }
            }
            return await group.reduce(into: Set<LogWait>()) { $0.insert($1) }
        }
        #expect(results == [.cancelled])
        #expect(broker.store.waiterCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Whom an event or an end has come before does not wait`() async throws {
        let broker = Broker()
        let before = broker.store.position
        try await broker.publish(ServerSentEvent(data: "1"), to: "a")
        #expect(await broker.store.wait(after: before, TopicSelection("b")) == .appended(after: 0))
        broker.store.close()
        #expect(await broker.store.wait(after: broker.store.position, .all) == .closed)
        // What there is comes before the end.
        #expect(await broker.store.wait(after: before, .all) == .appended(after: 0))
    }
}
