internal import HTTPTypes
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Requests that cannot be sent.
@Suite(.timeLimit(.minutes(3)))
struct InvalidRequestTests {
    @Test(
        "What is no http(s) URL is refused",
        arguments: ["", "nonsense", "http://", "://localhost", "/events", "ftp://localhost/", "http://local host/"]
    )
    @available(SwiftSSE 1.0, *)
    func url(url: String) async throws {
        let error = try await clientError {
            try await EventStreamClient.test.withStream(EventStreamRequest(url: url)) { _, _ in }
        }
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("'\(url)'"))
    }

    @Test(
        "A last event ID that no header field can carry is refused",
        arguments: ["\u{1}", "a\u{1F}b", "\u{7F}", "\u{8}"]
    )
    @available(SwiftSSE 1.0, *)
    func lastEventID(id: String) async throws {
        try await withTestServer { _, _ in
        } _: { server in
            let request = EventStreamRequest(url: server.url, lastEventID: try ServerSentEvent.EventID(id))
            let error = try await clientError { try await EventStreamClient.test.withStream(request) { _, _ in } }
            #expect(error.code == .invalidRequest)
            #expect(server.requests.entries.isEmpty)
        }
    }

    @Test("A body with TRACE is refused")
    @available(SwiftSSE 1.0, *)
    func trace() async throws {
        try await withTestServer { _, _ in
        } _: { server in
            let request = EventStreamRequest(url: server.url, method: .trace, body: [1])
            let error = try await clientError { try await EventStreamClient.test.withStream(request) { _, _ in } }
            #expect(error.code == .invalidRequest)
            #expect(server.requests.entries.isEmpty)
        }
    }
}
