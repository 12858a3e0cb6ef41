internal import Foundation
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Our client reads a server of others.
@Suite(
    .timeLimit(.minutes(15)),
    .withPrograms,
    .enabled(if: Executable.peersPython != nil, "There is no .venv with Tests/IntegrationTests/Peers/requirements.txt.")
)
struct ForeignServerTests {
    /// Runs sse-starlette, or another server, for the time of a closure.
    @available(SwiftSSE 1.0, *)
    private func withServer(
        _ script: String = "serve_events.py",
        _ body: (_ origin: String) async throws -> Void
    ) async throws {
        let python = try #require(Executable.peersPython)
        try await withProcess(python, [Files.peer(script)]) { server in
            guard let port = await server.output.lines.first(where: { _ in true }) else {
                server.closeInput()
                Issue.record("\(await server.result().errors)")
                return
            }
            try await body("http://127.0.0.1:\(port)")
            server.closeInput()
            #expect(await server.result().exitCode == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    private static var client: EventStreamClient {
        var client = EventStreamClient()
        client.configuration.parser.reportsComments = true
        client.configuration.idleTimeout = .seconds(30)
        return client
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Ids, types, reconnection times, data of several lines, comments, and the end`() async throws {
        try await self.withServer { origin in
            let request = EventStreamRequest(url: "\(origin)/finite", lastEventID: "caf\u{E9}")
            try await Self.client.withStream(request) { response, events in
                #expect(response.mediaType == "text/event-stream")
                var items: [EventStreamItem] = []
                for try await item in events.items { items.append(item) }
                #expect(
                    items == [
                        .comment(" hello"),
                        .event(ServerSentEvent(data: "plain")),
                        .retry(.milliseconds(1234)),
                        .event(
                            ServerSentEvent(
                                type: "typed",
                                data: "first\nsecond\nthird",
                                id: "1",
                                retry: .milliseconds(1234)
                            )
                        ),
                        .event(ServerSentEvent(type: "typed", data: "\u{1F600} \u{E9}", id: "\u{2026}")),
                        // Starlette reads header fields as Latin-1; the bytes are UTF-8.
                        .event(ServerSentEvent(data: "caf\u{C3}\u{A9}")),
                    ]
                )
                #expect(events.lastEventID == "\u{2026}")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Pings are comments, and no events`() async throws {
        try await self.withServer { origin in
            try await Self.client.withStream(EventStreamRequest(url: "\(origin)/silent")) { _, events in
                var data: [String] = []
                var pings = 0
                for try await item in events.items {
                    switch item {
                    case .event(let event): data.append(event.data)
                    case .comment(let comment): pings += comment.hasPrefix(" ping") ? 1 : 0
                    case .retry, .lastEventID, .invalidData: Issue.record("\(item)")
                    }
                }
                #expect(data == ["before", "after"])
                #expect(pings >= 1)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Aiohttp, byte by byte, over connections that it ends and one that it cuts`() async throws {
        try await self.withServer("serve_aiohttp.py") { origin in
            var data: [String] = []
            for try await event in Self.client.subscription(to: EventStreamRequest(url: "\(origin)/numbered")) {
                data.append(event.data)
            }
            #expect(data == (1...6).map { "\($0) \u{1F600}" })
        }
    }
}
