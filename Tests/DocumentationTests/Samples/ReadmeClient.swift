import SSEClient

/// The client in the README.
@available(SwiftSSE 1.0, *)
private func listen() async throws {
    let client = EventStreamClient()
    let request = EventStreamRequest(url: "http://localhost:8080/ticks")
    try await client.withStream(request) { response, events in
        print("connected to \(response.url)")
        for try await event in events {
            print(event.type, event.data)
        }
    }

    for try await event in client.subscription(to: request) {
        print(event.type, event.data)
    }
}
