import SSEBroker
import SSETestSupport
import ServerSentEvents
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

/// A broker is run once.
@Suite(.timeLimit(.minutes(3)))
struct BrokerRunTests {
    @available(SwiftSSE 1.0, *)
    @Test func `A second run throws, and the first one's shutdown waits for subscribers as ever`() async throws {
        let broker = Broker()
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        do {
                            try await broker.run()
                            return true
                        } catch let error as BrokerError where error.code == .alreadyRun {
                            return false
                        }
                    }
                }
                // One of them, and not both.
                #expect(try await group.next() == false)
                try await broker.withSubscription(to: TopicSelection("a"), from: .latest) { items in
                    try await broker.publish(ServerSentEvent(data: "last"), to: "a")
                    trigger.triggerGracefulShutdown()
                    var data: [String] = []
                    for try await case .event(let record) in items { data.append(record.event.data) }
                    #expect(data == ["last"])
                }
                #expect(try await group.next() == true)
            }
        }
        let error = await #expect(throws: BrokerError.self) { try await broker.run() }
        #expect(error?.code == .alreadyRun)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A broker may have as long for its shutdown, and its engine, as can be`() async throws {
        var configuration = BrokerConfiguration.defaults
        configuration.drainTimeout = .seconds(Int64.max)
        configuration.engineTimeout = .seconds(Int64.max)
        let broker = Broker(configuration: configuration)
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup { group in
                group.addTask { try await broker.run() }
                try await broker.withSubscription(to: TopicSelection("a"), from: .latest) { items in
                    trigger.triggerGracefulShutdown()
                    for try await _ in items {}
                }
                try await group.waitForAll()
            }
        }
    }
}
