internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// What a refusal tells, and what it costs.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct RefusalTests {
    private static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Carries the status, the header fields, the URL and a short body`() async throws {
        try await withTestServer { connection, _ in
            let fields = [
                "Content-Type: application/json", "X-Thing: 1", "X-Thing: 2", "Content-Length: 15", "Connection: close",
            ]
            try await connection.send(Head.response("401 Unauthorized", fields) + #"{"error": true}"#)
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            let refusal = try #require(error.refusal)
            #expect(refusal.response.url == server.url)
            #expect(refusal.response.status == .unauthorized)
            #expect(refusal.response.mediaType == "application/json")
            #expect(refusal.response.headers[values: try #require(HTTPField.Name("X-Thing"))] == ["1", "2"])
            #expect(refusal.body == Array(#"{"error": true}"#.utf8))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Carries the first 4,096 bytes of a longer body`() async throws {
        let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await withTestServer { connection, _ in
            let fields = ["Content-Type: text/plain", "Content-Length: \(body.count)", "Connection: close"]
            try await connection.send(Head.response("500 X", fields))
            try await connection.send(body)
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.refusal?.body == Array(body.prefix(4096)))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Carries the first 4,096 bytes of a body that comes in small pieces`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Head.response("500 X", ["Transfer-Encoding: chunked", "Connection: close"]))
            for tens in 0..<20 {
                let chunks = (0..<50).map { Self.chunk("piece \(50 * tens + $0) ") }
                try await connection.send(chunks.joined())
            }
            try await connection.endChunks()
        } _: { server in
            let whole = Array((0..<1000).map { "piece \($0) " }.joined().utf8)
            let isComplete = try await isTrueSometimes {
                let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
                let body = try #require(error.refusal?.body)
                #expect(whole.starts(with: body))
                return body.count == 4096
            }
            #expect(isComplete)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Does not wait for the end of a body that has been long enough already, and closes the connection`()
        async throws
    {
        try await withTestServer { connection, _ in
            try await connection.send(Head.response("500 X", ["Transfer-Encoding: chunked"]))
            try await connection.sendChunk(String(repeating: "x", count: 5000))
            await connection.waitForClose()
        } _: { server in
            // After five seconds it gives up waiting for more; that must not be what ends it here.
            let isFast = try await isTrueSometimes {
                let start = ContinuousClock.now
                let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
                #expect(error.refusal?.body == Array(repeating: UInt8(ascii: "x"), count: 4096))
                await server.closes.next()
                return ContinuousClock.now - start < .seconds(4)
            }
            #expect(isFast)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Waits a few seconds, and not for ever, for a short body that does not end`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Head.response("500 X", ["Transfer-Encoding: chunked"]))
            try await connection.sendChunk("short")
            await connection.waitForClose()
        } _: { server in
            let start = ContinuousClock.now
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.body == Array("short".utf8))
            await server.closes.next()
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body that is cut is as good as it is`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Head.response("500 X", ["Content-Length: 1000"]) + "short")
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.body == Array("short".utf8))
            #expect(server.requests.entries.count == 1)
        }
    }
}
