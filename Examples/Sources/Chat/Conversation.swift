import AsyncHTTPClient
import ExampleServer
import SSEClient

/// Three people join; what is said in a topic reaches those who have joined it and nobody else.
func converse(at url: String) async throws {
    let people = [("Ada", "general"), ("Grace", "general"), ("Edsger", "random")]
    let (joined, join) = AsyncStream<Void>.makeStream()
    let heard = try await withThrowingTaskGroup(of: String.self) { group in
        for (name, topic) in people {
            group.addTask {
                try await listen(as: name, to: EventStreamRequest(url: "\(url)/topics/\(topic)")) { join.yield() }
            }
        }
        var waiting = people.count
        for await _ in joined {
            waiting -= 1
            if waiting == 0 { break }
        }
        try await say("Hello, everybody", in: "general", at: url)
        try await say("Simplicity is a prerequisite for reliability", in: "random", at: url)
        return try await group.reduce(into: []) { $0.append($1) }.sorted()
    }
    for line in heard { print(line) }
    let expected = [
        "Ada hears: Hello, everybody",
        "Edsger hears: Simplicity is a prerequisite for reliability",
        "Grace hears: Hello, everybody",
    ]
    try ExampleFailure.unless(heard == expected, "expected \(expected)")
}

/// Waits for one message.
private func listen(as name: String, to request: EventStreamRequest, onJoin: () -> Void) async throws -> String {
    try await EventStreamClient().withStream(request) { _, events in
        for try await event in events {
            if event.type == "joined" { onJoin() } else { return "\(name) hears: \(event.data)" }
        }
        return "\(name) hears nothing"
    }
}

private func say(_ text: String, in topic: String, at url: String) async throws {
    var request = HTTPClientRequest(url: "\(url)/topics/\(topic)")
    request.method = .POST
    request.body = .bytes(Array(text.utf8))
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    try ExampleFailure.unless(response.status == .ok, "the server answered \(response.status)")
}
