internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// The method and the body on the wire.
@Suite(.timeLimit(.minutes(3)))
struct RequestMethodTests {
    @available(SwiftSSE 1.0, *)
    private func sent(_ method: HTTPRequest.Method?, body: [UInt8]?) async throws -> RawRequest {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: 1\n\n")
        } _: { server in
            var request = EventStreamRequest(url: server.url)
            if let method { request.method = method }
            request.body = body
            let outcome = await EventStreamClient.test.outcome(of: request)
            #expect(outcome.data == ["1"])
            #expect(outcome.error == nil)
            return try #require(server.requests.entries.first)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A GET without a body by default`() async throws {
        let request = try await self.sent(nil, body: nil)
        #expect(request.requestLine == "GET /events HTTP/1.1")
        #expect(request.fields("Content-Length") == [])
        #expect(request.fields("Transfer-Encoding") == [])
    }

    @Test(arguments: ["GET", "POST", "PUT", "PATCH", "QUERY", "X-SUBSCRIBE"])
    @available(SwiftSSE 1.0, *)
    func `Other methods, with a body`(method: String) async throws {
        let body = Array(#"{"stream": true}"#.utf8) + [0, 0xFF]
        let request = try await self.sent(HTTPRequest.Method(rawValue: method), body: body)
        #expect(request.requestLine == "\(method) /events HTTP/1.1")
        #expect(request.body == body)
        #expect(request.fields("Content-Length").first?.lowercased() == "content-length: 18")
    }

    @Test(arguments: ["POST", "DELETE"])
    @available(SwiftSSE 1.0, *)
    func `Other methods, without a body`(method: String) async throws {
        let request = try await self.sent(HTTPRequest.Method(rawValue: method), body: nil)
        #expect(request.method == method)
        #expect(request.body == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A large body arrives whole`() async throws {
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let request = try await self.sent(.post, body: body)
        #expect(request.body == body)
    }
}
