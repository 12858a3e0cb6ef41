internal import SSETestSupport
internal import Testing

/// What happens when a stream ends.
@Suite(.timeLimit(.minutes(15)))
struct ReconnectionTests {
    @Test(
        arguments: [
            ("data: 1\n\n", [String]()),
            ("id: a\ndata: 1\n\n", ["Last-Event-ID: a"]),
            ("id: a\ndata: 1\n\ndata: 2\n\n", ["Last-Event-ID: a"]),
            ("id: a\ndata: 1\n\nid: b\ndata: 2\n\n", ["Last-Event-ID: b"]),
            ("id: a\ndata: 1\n\nid:\ndata: 2\n\n", []),
            ("id: a\ndata: 1\n\nid: b\ndata: 2\n", ["Last-Event-ID: a"]),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A reconnection tells the last event ID`(text: String, fields: [String]) async throws {
        try await withHarness(inTurn(ended(text), streaming(""))) { harness in
            let requests = try await [harness.request(), harness.request()]
            #expect(requests.map { $0.fields("Last-Event-ID") } == [[], fields])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An empty ID resets the one that was wanted`() async throws {
        let wanted = WantedClient(lastEventId: "abc")
        try await withHarness(client: wanted, inTurn(ended("id\ndata: 1\n\n"), streaming(""))) { harness in
            let requests = try await [harness.request(), harness.request()]
            #expect(requests.map { $0.fields("Last-Event-ID") } == [["Last-Event-ID: abc"], []])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that the end has cut off is dropped, and the end is no error`() async throws {
        try await withHarness(inTurn(ended("data: 1\n\ndata: 2\n"), streaming("data: 3\n\n"))) { harness in
            try await harness.expect([.event("1"), .event("3")])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The command restart closes the stream and connects at once`() async throws {
        let script = inTurn(streaming("id: a\ndata: 1\n\n"), streaming("data: 2\n\n"))
        try await withHarness(client: WantedClient(initialDelayMs: 600_000), script) { harness in
            try await harness.expect([.event("1", id: "a")])
            try await harness.restart()
            await harness.stream.closes.next()
            // It has no id of its own, so the last event ID is that of the first.
            try await harness.expect([.event("2", id: "a")])
            let fields = harness.stream.requests.entries.map { $0.fields("Last-Event-ID") }
            #expect(fields == [[], ["Last-Event-ID: a"]])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The command restart ends a wait`() async throws {
        let script = inTurn(answering("503 Busy"), streaming("data: 1\n\n"))
        try await withHarness(client: WantedClient(initialDelayMs: 600_000), script) { harness in
            try await harness.expectError()
            try await harness.restart()
            try await harness.expect([.event("1")])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Silence for too long is reported, and the client connects again`() async throws {
        let script = inTurn(streaming("data: first\n\n"), streaming("data: again\n\n"))
        try await withHarness(client: WantedClient(readTimeoutMs: 300), script) { harness in
            // On a slow machine further requests may time out, before their events come.
            var reports: [Report] = []
            while reports.last != .event("again") { reports.append(try await harness.report()) }
            #expect(reports.contains { $0.kind == "error" })
        }
    }
}
