import SSEClient
import Testing

/// The code of the guide to tests, which runs.
@Suite(.timeLimit(.minutes(3)))
struct TestingSamples {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A transport from memory`() async throws {
        let transport = InMemoryTransport { request, number in
            switch number {
            case 1: InMemoryResponse("id: 1\nda", "ta: first\n\n", ending: .cut)
            case 2: .noConnection()
            default: InMemoryResponse(status: .noContent)
            }
        }
        let client = EventStreamClient(transport: transport)
        var policy = ReconnectionPolicy.defaults
        policy.initialDelay = .zero
        let subscription = client.subscription(
            to: EventStreamRequest(url: "http://server/events"),
            configuration: .init(policy: policy)
        )
        for try await event in subscription { print(event.data) }
        print(transport.requests.map { $0.lastEventID ?? "" })  // ["", "1", "1"]
        #expect(transport.requests.map { $0.lastEventID ?? "" } == ["", "1", "1"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A feed`() async throws {
        let feed = InMemoryFeed()
        let live = EventStreamClient(transport: InMemoryTransport { _, _ in InMemoryResponse(feed: feed) })
        feed.send("data: one\n\n")
        try await live.withStream(EventStreamRequest(url: "http://server/events")) { _, events in
            for try await event in events {
                print(event.data)
                feed.end()
            }
        }
        #expect(feed.isCancelled)
    }
}
