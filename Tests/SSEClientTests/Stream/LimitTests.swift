internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// How large an event may be.
@Suite(.timeLimit(.minutes(3)))
struct LimitTests {
    @available(SwiftSSE 1.0, *)
    private static func client(_ limit: Int) -> EventStreamClient {
        var client = EventStreamClient.test
        client.configuration.parser.limits = EventStreamLimits(lineBytes: limit, eventBytes: limit)
        return client
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event above the limit is an error, after those before it, and the connection is closed`() async throws {
        try await withTestServer { connection, _ in
            try await connection.beginStream("data: 1\n\ndata: \(String(repeating: "x", count: 2000))\n\ndata: 3\n\n")
            await connection.waitForClose()
        } _: { server in
            let outcome = await Self.client(1000).outcome(of: server.url)
            #expect(outcome.data == ["1"])
            #expect((outcome.error as? ServerSentEventsError)?.code == .lineTooLong)
            await server.closes.next()
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Many short lines reach the limit, too`() async throws {
        try await withTestServer { connection, _ in
            try await connection.beginStream(String(repeating: "data\n", count: 1000))
            await connection.waitForClose()
        } _: { server in
            let outcome = await Self.client(1000).outcome(of: server.url)
            #expect((outcome.error as? ServerSentEventsError)?.code == .eventTooLarge)
            await server.closes.next()
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line that never ends reaches the limit, too`() async throws {
        try await withTestServer { connection, _ in
            try await connection.beginStream()
            while true { try await connection.sendChunk(String(repeating: "x", count: 1000)) }
        } _: { server in
            let outcome = await Self.client(100_000).outcome(of: server.url)
            #expect((outcome.error as? ServerSentEventsError)?.code == .lineTooLong)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event of 10 MB is within the default`() async throws {
        let data = String(repeating: "0123456789", count: 1_000_000)
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: \(data)\n\ndata: 2\n\n")
        } _: { server in
            let outcome = await EventStreamClient.test.outcome(of: server.url)
            #expect(outcome.data.map(\.utf8.count) == [10_000_000, 1])
            #expect(outcome.data.first == data)
            #expect(outcome.error == nil)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event of 17 MiB is above the default`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: \(String(repeating: "x", count: 17 << 20))\n\n")
        } _: { server in
            let outcome = await EventStreamClient.test.outcome(of: server.url)
            #expect(outcome.data == [])
            #expect((outcome.error as? ServerSentEventsError)?.code == .lineTooLong)
        }
    }
}
