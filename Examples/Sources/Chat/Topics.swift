import SSEHummingbird

/// Two topics, and who listens to them.
///
/// Each subscriber has a buffer of 64 messages. One that falls behind by more has its stream ended, so that it misses
/// nothing without knowing it.
actor Topics {
    private typealias Subscribers = [Int: AsyncStream<ServerSentEvent>.Continuation]

    private var topics: [String: Subscribers] = ["general": [:], "random": [:]]
    private var subscriptions = 0
    private var messages = 0

    /// Sends a message to the subscribers of a topic.
    ///
    /// - Returns: How many there are, `nil` if there is no such topic.
    func publish(_ text: String, to topic: String) throws -> Int? {
        guard let subscribers = self.topics[topic] else { return nil }
        self.messages += 1
        let id = try ServerSentEvent.EventID(String(self.messages))
        let message = ServerSentEvent(data: text, id: id)
        for subscriber in subscribers.values {
            if case .dropped = subscriber.yield(message) { subscriber.finish() }
        }
        return subscribers.count
    }

    /// Whether there is a topic of this name.
    func contains(_ topic: String) -> Bool { self.topics[topic] != nil }

    /// Subscribes to a topic for the time of a closure.
    func withSubscription(
        to topic: String,
        _ body: @Sendable (AsyncStream<ServerSentEvent>) async throws -> Void
    ) async throws {
        let (messages, continuation) = AsyncStream.makeStream(
            of: ServerSentEvent.self,
            bufferingPolicy: .bufferingOldest(64)
        )
        self.subscriptions += 1
        let number = self.subscriptions
        self.topics[topic]?[number] = continuation
        defer { self.topics[topic]?[number] = nil }
        try await body(messages)
    }
}
