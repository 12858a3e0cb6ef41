internal import CoreMetrics
internal import MetricsTestKit
internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// What a fan-out counts, on an event loop that is moved by hand.
struct FanOutMetricsTests {
    @available(SwiftSSE 1.0, *)
    @Test func `That there is nobody is told before there has been anybody`() throws {
        let metrics = TestMetrics()
        _ = FanOut(Broker(metrics: metrics), metrics: metrics)
        for outlet in ["channel", "socket"] {
            try #expect(metrics.expectGauge("sse_stream_subscribers", Self.outlet(outlet)).lastValue == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Deliveries and bytes are counted by each event loop and handed on once a second`() throws {
        let metrics = TestMetrics()
        let subscribers = EmbeddedSubscribers(metrics: metrics)
        let (first, _) = try subscribers.subscribe(to: TopicSelection("a"))
        let (second, _) = try subscribers.subscribe(to: .all)
        try subscribers.publish("one", to: "a")
        try subscribers.publish("two", to: "b")
        subscribers.run()
        try #expect(metrics.expectCounter("sse_stream_deliveries_total").totalValue == 0)
        subscribers.eventLoop.advanceTime(by: .seconds(1))
        // One for the first, both for the second.
        try #expect(metrics.expectCounter("sse_stream_deliveries_total").totalValue == 3)
        var bytes = 0
        for channel in [first, second] {
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytes }
        }
        try #expect(metrics.expectCounter("sse_stream_bytes_total").totalValue == Int64(bytes))
        try #expect(metrics.expectGauge("sse_stream_subscribers", Self.outlet("channel")).lastValue == 2)
        try #expect(metrics.expectGauge("sse_stream_subscribers", Self.outlet("socket")).lastValue == 0)
        _ = try first.finish()
        _ = try second.finish()
        // The last one takes the timer with it, and is counted all the same.
        try #expect(metrics.expectGauge("sse_stream_subscribers", Self.outlet("channel")).lastValue == 0)
        try #expect(metrics.expectCounter("sse_stream_ends_total", [("reason", "client")]).totalValue == 2)
    }

    private static func outlet(_ name: String) -> [(String, String)] { [("loop", "0"), ("outlet", name)] }

    @available(SwiftSSE 1.0, *)
    @Test func `Those who catch up are counted as well, without what they are told of a gap`() throws {
        var configuration = BrokerConfiguration.defaults
        configuration.resumePolicy = .replayAll
        let metrics = TestMetrics()
        let subscribers = EmbeddedSubscribers(configuration, metrics: metrics)
        for number in 0..<5 { try subscribers.publish("\(number)", to: "a") }
        let (channel, _) = try subscribers.subscribe(from: .after(id: "unknown"))
        subscribers.run()
        subscribers.eventLoop.advanceTime(by: .seconds(1))
        #expect(try channel.takeData().suffix(5) == ["0", "1", "2", "3", "4"])
        try #expect(metrics.expectCounter("sse_stream_deliveries_total").totalValue == 5)
        _ = try channel.finish()
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Heartbeats are counted apart from events`() throws {
        var configuration = FanOutConfiguration.defaults
        configuration.heartbeatInterval = .seconds(2)
        let metrics = TestMetrics()
        let subscribers = EmbeddedSubscribers(.defaults, configuration, metrics: metrics)
        let (channel, _) = try subscribers.subscribe()
        for _ in 0..<5 { subscribers.eventLoop.advanceTime(by: .seconds(1)) }
        try #expect(metrics.expectCounter("sse_stream_heartbeats_total").totalValue == 2)
        let position = "id: \(EventPosition(epoch: subscribers.broker.bounds.epoch, sequence: 0).wireID)\n\n"
        try #expect(metrics.expectCounter("sse_stream_bytes_total").totalValue == Int64(4 + position.utf8.count))
        try #expect(metrics.expectCounter("sse_stream_deliveries_total").totalValue == 0)
        _ = try channel.finish()
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The lag is the age of a batch's oldest event, once for a group and not for each member`() throws {
        let clock = ManualClock()
        let metrics = TestMetrics()
        let subscribers = EmbeddedSubscribers(clock: clock, metrics: metrics)
        let channels = try (0..<10).map { _ in try subscribers.subscribe().0 }
        try subscribers.publish("old", to: "a")
        clock.advance(by: .milliseconds(250))
        try subscribers.publish("new", to: "a")
        clock.advance(by: .milliseconds(50))
        subscribers.run()
        try #expect(metrics.expectTimer("sse_stream_lag_seconds").values == [300_000_000])
        try #expect(metrics.expectTimer("sse_stream_turn_seconds", [("loop", "0")]).values.count >= 1)
        for channel in channels { _ = try channel.finish() }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who reads what the log does not wait for is no lag`() throws {
        let metrics = TestMetrics()
        let subscribers = EmbeddedSubscribers(metrics: metrics)
        let (channel, _) = try subscribers.subscribe(to: TopicSelection("a"))
        try subscribers.publish("x", to: "b")
        subscribers.run()
        try #expect(metrics.expectTimer("sse_stream_lag_seconds").values.isEmpty)
        _ = try channel.finish()
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A lifetime, a shutdown and too many bytes are told apart`() async throws {
        var configuration = FanOutConfiguration.defaults
        configuration.maximumLifetime = .seconds(1)
        let metrics = TestMetrics()
        let subscribers = EmbeddedSubscribers(.defaults, configuration, metrics: metrics)
        let (old, _) = try subscribers.subscribe()
        for _ in 0..<3 { subscribers.eventLoop.advanceTime(by: .seconds(1)) }
        #expect(!old.isActive)
        let (ended, subscriber) = try subscribers.subscribe()
        subscriber.end()
        subscribers.run()
        #expect(!ended.isActive)
        let (loud, _) = try subscribers.subscribe()
        try loud.writeInbound(ByteBuffer(repeating: 0, count: 70 * 1024))
        subscribers.run()
        #expect(!loud.isActive)
        for reason in ["lifetime", "shutdown", "inbound"] {
            try #expect(metrics.expectCounter("sse_stream_ends_total", [("reason", reason)]).totalValue == 1)
        }
        try #expect(metrics.expectCounter("sse_stream_ends_total", [("reason", "client")]).totalValue == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What a batch has sent up to an event is told in events and bytes`() throws {
        let batch = FrameBatch(try records(["a", "b", "c"]), cursor: 9, .plain)
        #expect(batch.size(through: 9) == (3, batch.bytes.readableBytes))
        #expect(batch.size(through: 2) == (2, batch.marks[1].end))
        #expect(batch.size(through: 0) == (0, 0))
    }
}
