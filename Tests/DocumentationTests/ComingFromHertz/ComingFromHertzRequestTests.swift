import Hummingbird
import NIOCore
import SSEClient
import SSEHummingbird
import Testing

/// The rows of the article "Coming from Hertz" about the request; each test has a row's name and code.
@Suite
struct ComingFromHertzRequestTests {
    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `WithRequest`() async throws {
        try await withTestServer(Self.echo) { url in
            let headers: HTTPFields = [.authorization: "Bearer 1"]
            let body = Array("prompt".utf8)
            var request = EventStreamRequest(url: url, method: .post, headers: headers, body: body)
            let answer = try await self.data(request)
            #expect(answer == "POST Bearer 1 prompt")
            request.body = nil
            let answerWithoutBody = try await self.data(request)
            #expect(answerWithoutBody == "POST Bearer 1 ")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `SetURL`() {
        var request = EventStreamRequest(url: "https://example.com")
        request.url = "https://example.com/events"
        #expect(request.url.hasSuffix("/events"))
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetMethod`() async throws {
        try await withTestServer(Self.echo) { url in
            var request = EventStreamRequest(url: url)
            request.method = .post
            let answer = try await self.data(request)
            #expect(answer == "POST none ")
        }
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetHeaders`() async throws {
        try await withTestServer(Self.echo) { url in
            var request = EventStreamRequest(url: url)
            request.headers[.authorization] = "Bearer …"
            let answer = try await self.data(request)
            #expect(answer.hasPrefix("GET Bearer "))
        }
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetBody`() async throws {
        try await withTestServer(Self.echo) { url in
            var request = EventStreamRequest(url: url, method: .post)
            request.body = Array(#"{"stream": true}"#.utf8)
            let answer = try await self.data(request)
            #expect(answer == #"POST none {"stream": true}"#)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `GetURL`() {
        let request = EventStreamRequest(url: "https://example.com")
        #expect(request.url == "https://example.com")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `GetMethod`() {
        let request = EventStreamRequest(url: "https://example.com")
        #expect(request.method == .get)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `GetHeaders`() {
        let request = EventStreamRequest(url: "https://example.com")
        #expect(request.headers.isEmpty)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `GetBody`() {
        let request = EventStreamRequest(url: "https://example.com")
        #expect(request.body == nil)
    }

    @available(SwiftSSE 1.0, *)
    private func data(_ request: EventStreamRequest) async throws -> String {
        try await EventStreamClient().withStream(request) { _, events in
            var data = ""
            for try await event in events { data += event.data }
            return data
        }
    }

    /// Answers with one event that says what was asked for.
    @available(SwiftSSE 1.0, *)
    private static let echo: @Sendable (Request) async throws -> Response = { request in
        let body = try await request.body.collect(upTo: 1 << 20)
        let authorization = request.headers[.authorization] ?? "none"
        return request.eventStream { writer in
            let data = "\(request.method.rawValue) \(authorization) \(String(buffer: body))"
            try await writer.send(ServerSentEvent(data: data))
        }
    }
}
