import CoreMetrics
import Logging
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

/// How it is published who came and went, with an engine that takes its time.
@Suite(.timeLimit(.minutes(3)))
struct SubscriptionRegistryTests {
    @available(SwiftSSE 1.0, *)
    private func withRegistry(
        _ body: (SubscriptionRegistry, SteeredEngine, PrometheusMetrics) async throws -> Void
    ) async throws {
        let engine = SteeredEngine()
        let broker = try await Broker(engine: engine)
        let metrics = PrometheusMetrics()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let registry = SubscriptionRegistry(broker, dropped: HubMetrics(metrics).droppedSubscriptionEvents, logger)
        try await withThrowingTaskGroup { group in
            group.addTask { await registry.run() }
            defer { group.cancelAll() }
            try await body(registry, engine, metrics)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Events go to the engine together, and what is nothing any more does not`() async throws {
        try await self.withRegistry { registry, engine, metrics in
            engine.gate(.append).close()
            registry.insert("first", ["a"], nil)
            try await engine.gate(.append).waitForWaiters(1)
            // While the engine has to do with that.
            for number in 0..<1000 { registry.insert("\(number)", ["a", "b"], nil) }
            for number in 100..<1000 { registry.remove("\(number)") }
            registry.remove("first")
            engine.gate(.append).letOnePass()
            // Of a hundred that are still there, each with two, and one that has left.
            try await engine.gate(.append).waitForWaiters(201)
            engine.gate(.append).open()
            try await waitUntil { try engine.log.bounds().last == 202 }
            #expect(registry.all().subscriptions.count == 200)
            #expect(metrics.exposition().contains("sse_hub_subscription_events_dropped_total 0"))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What an engine does not take is counted, and what comes after is published`() async throws {
        try await self.withRegistry { registry, engine, metrics in
            engine.fail(.append, with: BrokerError(code: .engineUnavailable, message: "It is away."))
            for number in 0..<10 { registry.insert("\(number)", ["a"], nil) }
            try await waitUntil { metrics.exposition().contains("sse_hub_subscription_events_dropped_total 10") }
            engine.fail(.append, with: nil)
            registry.remove("1")
            try await waitUntil { try engine.log.bounds().last == 1 }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What waits for an engine is bounded, and what is too much is counted`() async throws {
        try await self.withRegistry { registry, engine, metrics in
            engine.gate(.append).close()
            registry.insert("first", ["a"], nil)
            try await engine.gate(.append).waitForWaiters(1)
            for number in 0..<20_000 { registry.insert("\(number)", ["a"], nil) }
            engine.gate(.append).open()
            try await waitUntil { try engine.log.bounds().last == 1 + 16_384 }
            #expect(metrics.exposition().contains("sse_hub_subscription_events_dropped_total 3616"))
            #expect(registry.all().subscriptions.count == 20_001)
        }
    }
}
