internal import HTTPTypes
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// The header fields on the wire.
@Suite(.timeLimit(.minutes(3)))
struct RequestHeaderTests {
    /// Sends a request and returns it as the server sees it.
    @available(SwiftSSE 1.0, *)
    private func sent(_ change: (inout EventStreamRequest) -> Void = { _ in }) async throws -> RawRequest {
        try await withTestServer { connection, _ in
            try await connection.sendStream("")
        } _: { server in
            var request = EventStreamRequest(url: server.url)
            change(&request)
            try await EventStreamClient.test.withStream(request) { _, events in
                for try await _ in events {}
            }
            #expect(server.requests.entries.count == 1)
            return try #require(server.requests.entries.first)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Accept and Cache-Control are sent once each, exactly so`() async throws {
        let request = try await self.sent()
        #expect(request.fields("Accept") == ["Accept: text/event-stream"])
        #expect(request.fields("Cache-Control") == ["Cache-Control: no-cache"])
        #expect(request.fields("Last-Event-ID") == [])
        #expect(request.fields("Host").count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Accept and Cache-Control can be something else`() async throws {
        let request = try await self.sent {
            $0.headers[.accept] = "text/event-stream, application/json"
            $0.headers[.cacheControl] = "no-store"
        }
        #expect(request.fields("Accept") == ["Accept: text/event-stream, application/json"])
        #expect(request.fields("Cache-Control") == ["Cache-Control: no-store"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Other header fields are sent as they are, also several of one name`() async throws {
        let name = try #require(HTTPField.Name("X-Thing"))
        let request = try await self.sent {
            $0.headers[.authorization] = "Bearer abc"
            $0.headers.append(HTTPField(name: name, value: "1"))
            $0.headers.append(HTTPField(name: name, value: "2"))
        }
        #expect(request.fields("Authorization") == ["Authorization: Bearer abc"])
        #expect(request.fields("X-Thing") == ["X-Thing: 1", "X-Thing: 2"])
    }

    @Test(
        arguments: [
            "0", "1,2:3", "<id>", String(repeating: "a", count: 255), "\u{2026}", "\u{E9}", "\u{1F600}", "\u{FFFD}",
            "a\tb",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `The last event ID is sent as its UTF-8 bytes`(id: String) async throws {
        let eventID = try ServerSentEvent.EventID(id)
        let request = try await self.sent { $0.lastEventID = eventID }
        #expect(request.rawFields("Last-Event-ID") == [Array("Last-Event-ID: \(id)".utf8)])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `U+2026 is e2 80 a6 on the wire`() async throws {
        let request = try await self.sent { $0.lastEventID = "\u{2026}" }
        #expect(request.rawFields("Last-Event-ID").map { $0.suffix(4) } == [[0x20, 0xE2, 0x80, 0xA6]])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An empty last event ID is not sent`() async throws {
        let request = try await self.sent { $0.lastEventID = .empty }
        #expect(request.fields("Last-Event-ID") == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The request's last event ID stands above a header field of that name`() async throws {
        let name = try #require(HTTPField.Name("last-event-id"))
        let request = try await self.sent {
            $0.headers[name] = "old"
            $0.lastEventID = "new"
        }
        #expect(request.fields("Last-Event-ID") == ["Last-Event-ID: new"])
    }
}
