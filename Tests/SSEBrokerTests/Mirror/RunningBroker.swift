import SSETestSupport
import Testing

@testable import SSEBroker

/// A broker on an engine that is moved by hand, and runs for as long as a test takes.
@available(SwiftSSE 1.0, *)
struct RunningBroker: Sendable {
    let engine: SteeredEngine
    let broker: Broker
    let clock: ManualClock

    /// Publishes events with numbers as their data, past the broker, as another node does.
    func append(_ numbers: ClosedRange<Int>, to topic: Topic = "a") async throws {
        for number in numbers {
            _ = try await self.engine.append(Publication(ServerSentEvent(data: "\(number)"), topics: [topic]))
        }
    }

    /// The id of the event with a number in the engine's log as it is now.
    func id(_ sequence: UInt64) throws -> String {
        EventPosition(epoch: try self.engine.log.bounds().epoch, sequence: sequence).wireID
    }

    /// Waits until the broker has copied everything.
    func waitForCopy() async throws {
        let bounds = try self.engine.log.bounds()
        try await waitUntil {
            self.broker.store.position == EventPosition(epoch: bounds.epoch, sequence: bounds.last)
        }
    }

    /// Has the broker ask for the bounds, and waits for what follows from them.
    func lookAtBounds() async throws {
        let count = self.engine.count(of: .bounds)
        try await self.passSeconds(1)
        try await self.engine.wait(for: .bounds, count: count + 1)
    }

    /// Moves the clock once the broker sleeps.
    func passSeconds(_ seconds: Int) async throws {
        for _ in 0..<seconds {
            // The aging and the watch.
            try await self.clock.waitForSleepers(2, within: .seconds(1))
            self.clock.advance(by: .seconds(1))
        }
    }

    /// What a subscriber gets first.
    func data(
        from point: ResumePoint,
        to selection: TopicSelection = "a",
        count: Int
    ) async throws -> [String] {
        try await self.broker.withSubscription(to: selection, from: point) { try await $0.data(count: count) }
    }
}

/// Runs a broker on an engine for the time of a closure.
///
/// - Parameters:
///   - events: How many events are in the engine's log when the broker begins.
///   - copied: How many of them the broker keeps.
///   - kept: How many the engine keeps.
@available(SwiftSSE 1.0, *)
func withBroker(
    events: Int = 0,
    copied: Int = 10,
    kept: Int = 100_000,
    configure: (inout BrokerConfiguration) -> Void = { _ in },
    _ test: (RunningBroker) async throws -> Void
) async throws {
    var engineConfiguration = BrokerConfiguration.defaults
    engineConfiguration.retention = Retention(events: kept, age: nil)
    let engine = SteeredEngine(MemoryEngine(configuration: engineConfiguration))
    var configuration = BrokerConfiguration.defaults
    configuration.retention = Retention(events: copied, age: nil)
    configure(&configuration)
    let clock = ManualClock()
    if events > 0 {
        for number in 1...events {
            _ = try await engine.append(Publication(ServerSentEvent(data: "\(number)"), topics: ["a"]))
        }
    }
    let broker = try await Broker(engine: engine, configuration: configuration, clock: clock)
    try await withThrowingTaskGroup { group in
        group.addTask {
            do { try await broker.run() } catch is CancellationError {}
        }
        try await engine.wait(for: .follow, count: 1)
        do {
            try await test(RunningBroker(engine: engine, broker: broker, clock: clock))
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
        try await group.waitForAll()
    }
    #expect(broker.subscriptionCount == 0)
}
