internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Loops: which of them sees what.
@Suite(.timeLimit(.minutes(3)))
struct LoopTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Leaving a loop and beginning another goes on where the first one was left`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n")
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                var data: [String] = []
                for try await event in events {
                    data.append(event.data)
                    if data.count == 2 { break }
                }
                #expect(data == ["1", "2"])
                for try await event in events { data.append(event.data) }
                #expect(data == ["1", "2", "3", "4"])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A loop over items goes on where a loop over events was left, and the other way round`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: 1\n\nretry: 5\n\ndata: 2\n\n")
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                var eventIterator = events.makeAsyncIterator()
                var itemIterator = events.items.makeAsyncIterator()
                let first = try await eventIterator.next()
                let second = try await itemIterator.next()
                let third = try await eventIterator.next()
                let fourth = try await itemIterator.next()
                #expect(first?.data == "1")
                #expect(second == .retry(.milliseconds(5)))
                #expect(third?.data == "2")
                #expect(fourth == nil)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Items are all that is in a stream, in order`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream(": hi\nevent: x\nid: 1\nretry: 7\ndata: a\n\nid: 2\n\n")
        } _: { server in
            var client = EventStreamClient.test
            client.configuration.parser.reportsComments = true
            try await client.withStream(EventStreamRequest(url: server.url)) { _, events in
                let items = try await events.items.collected()
                #expect(
                    items == [
                        .comment(" hi"),
                        .retry(.milliseconds(7)),
                        .event(ServerSentEvent(type: "x", data: "a", id: "1", retry: .milliseconds(7))),
                        .lastEventID("2"),
                    ]
                )
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Comments are no items unless they are asked for`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream(": hi\n\ndata: a\n\n")
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                let items = try await events.items.collected()
                #expect(items == [.event(ServerSentEvent(data: "a"))])
            }
        }
    }
}
