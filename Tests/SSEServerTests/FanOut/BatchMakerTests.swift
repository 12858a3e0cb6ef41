internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// Batches for groups that want the same and may have different things.
struct BatchMakerTests {
    @available(SwiftSSE 1.0, *)
    private func publishSecret(_ data: String, to topics: [Topic], _ broker: Broker) throws {
        _ = try broker.publishImmediately(Publication(ServerSentEvent(data: data), topics: topics, isPrivate: true))
    }

    /// Subscribers to the topic `t`, each with a topic of its own whose private events it may have.
    @available(SwiftSSE 1.0, *)
    private func subscribe(
        _ count: Int,
        from point: ResumePoint,
        _ subscribers: EmbeddedSubscribers
    ) throws -> [(EmbeddedChannel, ServedStream)] {
        try (0..<count).map { number in
            let selection = TopicSelection([.exact("t")], grants: [.exact(try Topic("user \(number)"))])
            return try subscribers.subscribe(to: selection, from: point)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is the same for all groups is put together once`() throws {
        let subscribers = EmbeddedSubscribers()
        let all = try self.subscribe(50, from: .latest, subscribers)
        let shard = all[0].1.shard.value
        for data in ["1", "2"] { try subscribers.publish(data, to: "t") }
        subscribers.run()
        #expect(shard.roundBatches.count == 1)
        // One of them gets something more.
        try subscribers.publish("3", to: "t")
        try self.publishSecret("secret", to: ["t", "user 7"], subscribers.broker)
        subscribers.run()
        #expect((3...4).contains(shard.roundBatches.count))
        for (number, (channel, _)) in all.enumerated() {
            #expect(try channel.takeData() == ["1", "2", "3"] + (number == 7 ? ["secret"] : []))
            _ = try channel.finish()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is the same for all who catch up at a place is put together once`() throws {
        let subscribers = EmbeddedSubscribers()
        for data in ["1", "2"] { try subscribers.publish(data, to: "t") }
        try self.publishSecret("secret", to: ["t", "user 7"], subscribers.broker)
        let all = try self.subscribe(50, from: .earliest, subscribers)
        subscribers.run()
        #expect((2...3).contains(all[0].1.shard.value.replayBatches.count))
        for (number, (channel, _)) in all.enumerated() {
            #expect(try channel.takeData() == ["1", "2"] + (number == 7 ? ["secret"] : []))
            _ = try channel.finish()
        }
    }
}
