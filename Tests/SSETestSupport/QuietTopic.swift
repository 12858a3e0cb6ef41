package import SSEBroker

/// What goes wrong with the place of a subscriber for whom nothing comes, on whatever engine.
package struct QuietTopicFailure: Error, CustomStringConvertible {
    package let description: String
}

/// Subscribes to a topic on which nothing is published while others turn the broker's log over, and resumes. The broker has to
/// run, and to keep fewer than 100 events.
///
/// - Parameter topics: The prefix of the topics, so that several of these have an engine for themselves.
@available(SwiftSSE 1.0, *)
package func checkQuietTopic(_ broker: Broker, topics: String = "") async throws {
    let (quiet, noisy) = (try Topic(topics + "quiet"), try Topic(topics + "noisy"))
    let last = try await broker.withSubscription(to: TopicSelection(quiet)) { items in
        let reader = Log<String>()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await item in items {
                    if case .event(let record) = item { reader.append(record.event.data) }
                }
            }
            try await broker.publish(ServerSentEvent(data: "one"), to: quiet)
            try await reader.wait { $0 == ["one"] }
            var last = EventPosition(epoch: 0, sequence: 0)
            for _ in 1...100 { last = try await broker.publish(ServerSentEvent(data: "no"), to: noisy).position }
            try await waitUntil { items.position == last }
            group.cancelAll()
            return last.wireID
        }
    }
    try await broker.publish(ServerSentEvent(data: "two"), to: quiet)
    try await broker.withSubscription(to: TopicSelection(quiet), from: .after(id: last)) { items in
        guard items.outcome == .resumed else { throw QuietTopicFailure(description: "It began with \(items.outcome).") }
        for try await item in items {
            guard case .event(let record) = item, record.event.data == "two" else {
                throw QuietTopicFailure(description: "\(item) came in place of the next event.")
            }
            break
        }
    }
}
