internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport

/// A server, whatever it is made of, and a client that reaches it.
@available(SwiftSSE 1.0, *)
struct Peer {
    typealias Respond = @Sendable (SeenRequest) -> Scenario

    let client: EventStreamClient
    let origin: String
    /// Where nobody answers.
    let unreachable: String
    let requests: Log<SeenRequest>
    /// An entry for each client that has left a silent stream.
    let closes: Log<Void>

    var url: String { "\(self.origin)/events" }
}

/// Runs two servers that answer alike, reached by a transport, for the time of a closure.
@available(SwiftSSE 1.0, *)
func withPeer(
    over transport: TransportUnderTest,
    idleTimeout: Duration? = .seconds(30),
    connectTimeout: Duration? = nil,
    _ respond: @escaping Peer.Respond,
    _ body: (Peer) async throws -> Void
) async throws {
    let configuration = EventStreamClient.Configuration(idleTimeout: idleTimeout, connectTimeout: connectTimeout)
    switch transport {
    case .asyncHTTPClient:
        try await withSocketPeer(EventStreamClient(configuration: configuration), respond, body)
    case .urlSession:
        let client = EventStreamClient(transport: URLSessionTransport.shared, configuration: configuration)
        try await withSocketPeer(client, respond, body)
    case .inMemory:
        try await withInMemoryPeer(configuration, respond, body)
    }
}

@available(SwiftSSE 1.0, *)
private func withSocketPeer(
    _ client: EventStreamClient,
    _ respond: @escaping Peer.Respond,
    _ body: (Peer) async throws -> Void
) async throws {
    let requests = Log<SeenRequest>()
    try await withTestServer { connection, request in
        let request = SeenRequest(request, isOther: true, otherOrigin: "")
        requests.append(request)
        try await respond(request).play(on: &connection)
    } _: { other in
        try await withTestServer { connection, request in
            let request = SeenRequest(request, isOther: false, otherOrigin: other.origin)
            requests.append(request)
            try await respond(request).play(on: &connection)
        } _: { server in
            let peer = Peer(
                client: client,
                origin: server.origin,
                unreachable: "http://127.0.0.1:1/events",
                requests: requests,
                closes: server.closes
            )
            try await body(peer)
        }
    }
}

@available(SwiftSSE 1.0, *)
private func withInMemoryPeer(
    _ configuration: EventStreamClient.Configuration,
    _ respond: @escaping Peer.Respond,
    _ body: (Peer) async throws -> Void
) async throws {
    let requests = Log<SeenRequest>()
    let closes = Log<Void>()
    let (responses, continuation) = AsyncStream<(InMemoryFeed, Scenario)>.makeStream()
    let transport = InMemoryTransport { request, _ in
        if request.url.hasPrefix("http://nobody.test") { return .noConnection() }
        let seen = SeenRequest(request, origin: "http://one.test", otherOrigin: "http://two.test")
        requests.append(seen)
        let scenario = respond(seen)
        let feed = InMemoryFeed()
        continuation.yield((feed, scenario))
        if !scenario.isAnswered { return .noResponse(feed: feed) }
        return InMemoryResponse(
            feed: feed,
            status: HTTPResponse.Status(code: scenario.status),
            headers: scenario.headers
        )
    }
    let peer = Peer(
        client: EventStreamClient(transport: transport, configuration: configuration),
        origin: "http://one.test",
        unreachable: "http://nobody.test/events",
        requests: requests,
        closes: closes
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            await withDiscardingTaskGroup { group in
                for await (feed, scenario) in responses {
                    group.addTask { await scenario.play(on: feed, closes: closes) }
                }
            }
        }
        defer { group.cancelAll() }
        try await body(peer)
    }
}
