internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Data that travels as Base64.
@Suite(.timeLimit(.minutes(3)))
struct Base64Tests {
    @available(SwiftSSE 1.0, *)
    private static var client: EventStreamClient {
        var client = EventStreamClient.test
        client.configuration.parser.dataEncoding = .base64
        return client
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Any bytes come through`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: AP8NCg==\n\ndata:\n\n")
        } _: { server in
            let bytes = try await Self.client.events(of: server.url).map(\.bytes)
            #expect(bytes == [[0x00, 0xFF, 0x0D, 0x0A], []])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that is no Base64 throws, and a new loop goes on with the next one`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: YQ==\n\ndata: no!\n\ndata: Yg==\n\ndata: Yw==\n\n")
        } _: { server in
            try await Self.client.withStream(EventStreamRequest(url: server.url)) { _, events in
                var data: [String] = []
                await #expect(throws: ServerSentEventsError.self) {
                    for try await event in events { data.append(event.data) }
                }
                #expect(data == ["a"])
                for try await event in events { data.append(event.data) }
                #expect(data == ["a", "b", "c"])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that is no Base64 is an item like others`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: YQ==\n\ndata: no!\n\ndata: Yg==\n\n")
        } _: { server in
            try await Self.client.withStream(EventStreamRequest(url: server.url)) { _, events in
                let items = try await events.items.collected()
                #expect(items.count == 3)
                guard case .invalidData(let error, _) = items.dropFirst().first else {
                    Issue.record("\(items)")
                    return
                }
                #expect(error.code == .invalidBase64)
                #expect(items.last == .event(ServerSentEvent(bytes: Array("b".utf8))))
            }
        }
    }
}
