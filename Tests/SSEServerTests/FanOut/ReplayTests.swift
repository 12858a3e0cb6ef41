internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import Testing

@testable internal import SSEServer

/// What those get who are behind.
struct ReplayTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Those who are behind at the same place with different selections do not get each other's events`() throws {
        var configuration = FanOutConfiguration.defaults
        configuration.sliceLength = 1
        let subscribers = EmbeddedSubscribers(.defaults, configuration)
        for number in 0..<2000 {
            try subscribers.publish(String(repeating: "x", count: 1000), to: "long")
            if number % 500 == 0 {
                try subscribers.publish("a", to: "a")
                try subscribers.publish("b", to: "b")
            }
        }
        // Is behind all the time, so that what is kept for those who are behind stays.
        let (slow, _) = try subscribers.subscribe(to: TopicSelection("long"), from: .earliest)
        for round in 0..<20 {
            let topic: Topic = round % 2 == 0 ? "a" : "b"
            let (channel, _) = try subscribers.subscribe(to: TopicSelection(topic), from: .earliest)
            subscribers.eventLoop.advanceTime(by: .microseconds(40))
            subscribers.eventLoop.advanceTime(by: .microseconds(40))
            let data = try channel.takeData()
            #expect(data.allSatisfy { $0 == topic.rawValue }, "round \(round): \(data)")
            _ = try channel.finish()
        }
        subscribers.run()
        _ = try slow.finish()
    }
}
