import Hummingbird
import NIOCore
import SSEClient
import SSEHummingbird
import Testing

/// The rows of the article "Coming from Hertz" about the request; each test has a row's name and code.
@Suite("Coming from Hertz: request")
struct ComingFromHertzRequestTests {
    @Test("WithRequest", .timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func withRequest() async throws {
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

    @Test("SetURL")
    @available(SwiftSSE 1.0, *)
    func setURL() {
        var request = EventStreamRequest(url: "https://example.com")
        request.url = "https://example.com/events"
        #expect(request.url.hasSuffix("/events"))
    }

    @Test("SetMethod", .timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func setMethod() async throws {
        try await withTestServer(Self.echo) { url in
            var request = EventStreamRequest(url: url)
            request.method = .post
            let answer = try await self.data(request)
            #expect(answer == "POST none ")
        }
    }

    @Test("SetHeaders", .timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func setHeaders() async throws {
        try await withTestServer(Self.echo) { url in
            var request = EventStreamRequest(url: url)
            request.headers[.authorization] = "Bearer …"
            let answer = try await self.data(request)
            #expect(answer.hasPrefix("GET Bearer "))
        }
    }

    @Test("SetBody", .timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func setBody() async throws {
        try await withTestServer(Self.echo) { url in
            var request = EventStreamRequest(url: url, method: .post)
            request.body = Array(#"{"stream": true}"#.utf8)
            let answer = try await self.data(request)
            #expect(answer == #"POST none {"stream": true}"#)
        }
    }

    @Test("GetURL")
    @available(SwiftSSE 1.0, *)
    func url() {
        let request = EventStreamRequest(url: "https://example.com")
        #expect(request.url == "https://example.com")
    }

    @Test("GetMethod")
    @available(SwiftSSE 1.0, *)
    func method() {
        let request = EventStreamRequest(url: "https://example.com")
        #expect(request.method == .get)
    }

    @Test("GetHeaders")
    @available(SwiftSSE 1.0, *)
    func headers() {
        let request = EventStreamRequest(url: "https://example.com")
        #expect(request.headers.isEmpty)
    }

    @Test("GetBody")
    @available(SwiftSSE 1.0, *)
    func body() {
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
