internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// The last event ID, readable at any time.
@Suite(.timeLimit(.minutes(3)))
struct LastEventIDTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Changes with the event that brings it, not before`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream(
                "id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\nid\ndata: d\n\nid: x\0\ndata: e\n\n"
            )
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                var ids = [events.lastEventID.rawValue]
                for try await _ in events { ids.append(events.lastEventID.rawValue) }
                #expect(ids == ["", "1", "1", "2", "", ""])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Is the request's before the first event`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: a\n\nid: 9\ndata: b\n\n")
        } _: { server in
            let request = EventStreamRequest(url: server.url, lastEventID: "7")
            try await EventStreamClient.test.withStream(request) { _, events in
                var ids = [events.lastEventID.rawValue]
                for try await _ in events { ids.append(events.lastEventID.rawValue) }
                #expect(ids == ["7", "7", "9"])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Changes with a block that has no data, too`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: a\n\nid: 5\n\n")
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                var iterator = events.makeAsyncIterator()
                let first = try await iterator.next()
                #expect(first?.data == "a")
                #expect(events.lastEventID == .empty)
                let end = try await iterator.next()
                #expect(end == nil)
                #expect(events.lastEventID == "5")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Changes with an event whose data is no Base64, too`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("id: 1\ndata: YQ==\n\nid: 2\ndata: no!\n\ndata: Yg==\n\n")
        } _: { server in
            var client = EventStreamClient.test
            client.configuration.parser.dataEncoding = .base64
            try await client.withStream(EventStreamRequest(url: server.url)) { _, events in
                var ids: [String] = []
                for try await _ in events.items { ids.append(events.lastEventID.rawValue) }
                #expect(ids == ["1", "2", "2"])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Does not change with an event that is not finished, nor by the cut`() async throws {
        try await withTestServer { connection, _ in
            try await connection.beginStream("id: 1\ndata: a\n\nid: 2\ndata: lost\n")
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                await #expect(throws: SSEClientError.self) { for try await _ in events {} }
                #expect(events.lastEventID == "1")
            }
        }
    }
}
