internal import HTTPTypes
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Requests that cannot be sent.
@Suite(.timeLimit(.minutes(3)))
struct InvalidRequestTests {
    @Test(arguments: ["", "nonsense", "http://", "://localhost", "/events", "ftp://localhost/", "http://local host/"])
    @available(SwiftSSE 1.0, *)
    func `What is no http(s) URL is refused`(url: String) async throws {
        let error = try await clientError {
            try await EventStreamClient.test.withStream(EventStreamRequest(url: url)) { _, _ in }
        }
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("'\(url)'"))
    }

    @Test(arguments: ["\u{1}", "a\u{1F}b", "\u{7F}", "\u{8}"])
    @available(SwiftSSE 1.0, *)
    func `A last event ID that no header field can carry is refused`(id: String) async throws {
        try await withTestServer { _, _ in
        } _: { server in
            let request = EventStreamRequest(url: server.url, lastEventID: try ServerSentEvent.EventID(id))
            let error = try await clientError { try await EventStreamClient.test.withStream(request) { _, _ in } }
            #expect(error.code == .invalidRequest)
            #expect(server.requests.entries.isEmpty)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body with TRACE is refused`() async throws {
        try await withTestServer { _, _ in
        } _: { server in
            let request = EventStreamRequest(url: server.url, method: .trace, body: [1])
            let error = try await clientError { try await EventStreamClient.test.withStream(request) { _, _ in } }
            #expect(error.code == .invalidRequest)
            #expect(server.requests.entries.isEmpty)
        }
    }
}
