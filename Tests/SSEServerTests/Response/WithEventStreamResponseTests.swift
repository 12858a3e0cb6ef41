internal import NIOCore
internal import NIOHTTP1
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Event streams on plain NIO, as they are on the wire.
@Suite(.timeLimit(.minutes(3)))
struct WithEventStreamResponseTests {
    @available(SwiftSSE 1.0, *)
    private static let twoEvents: NIOResponder = { request, channel, outbound in
        try await withEventStreamResponse(to: request, on: channel, outbound) { writer in
            try await writer.send(ServerSentEvent(data: "1"))
            try await writer.send(contentsOf: [ServerSentEvent(data: "2"), ServerSentEvent(data: "3")])
        }
    }

    private static let head = """
        HTTP/1.1 200 OK\r
        Content-Type: text/event-stream\r
        Cache-Control: no-cache, no-transform\r
        X-Accel-Buffering: no\r
        transfer-encoding: chunked\r
        \r

        """

    private static let body = chunk("data: 1\n\n") + chunk("data: 2\n\ndata: 3\n\n") + lastChunk

    @Test
    @available(SwiftSSE 1.0, *)
    func `A response is the head, one chunk a write, and the end; then the connection serves the next request`()
        async throws
    {
        try await withNIOServer(Self.twoEvents) { port in
            try await RawConnection.withConnection(to: port) { connection in
                for _ in 0..<3 {
                    try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    #expect(try await connection.read(through: lastChunk) == Self.head + Self.body)
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Each call of the writer is one write and one flush`() async throws {
        let events = Log<String>()
        try await withNIOServer(outboundEvents: events, Self.twoEvents) { port in
            try await RawConnection.withConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await connection.read(through: lastChunk)
                // The head, two calls, and the end.
                #expect(events.entries == Array(repeating: ["write", "flush"], count: 4).flatMap(\.self))
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Status, headers and what comes before the first event are the caller's`() async throws {
        try await withNIOServer { request, channel, outbound in
            try await withEventStreamResponse(
                to: request,
                on: channel,
                outbound,
                status: .created,
                headers: ["Cache-Control": "no-store", "X-Custom": "1", "Content-Length": "3"],
                prelude: ByteBuffer(string: ": padding\n")
            ) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
            }
        } _: { port in
            try await RawConnection.withConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.1 201 Created")
                #expect(head["Cache-Control"] == ["no-store"])
                #expect(head["X-Custom"] == ["1"])
                #expect(head["Content-Length"] == [])
                let body = try await connection.read(through: lastChunk)
                #expect(body == chunk(": padding\n") + chunk("data: 1\n\n") + lastChunk)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A HEAD request is answered with the head only, and its body does not run`() async throws {
        try await withNIOServer { request, channel, outbound in
            try await withEventStreamResponse(
                to: request,
                on: channel,
                outbound,
                prelude: ByteBuffer(string: ": padding\n")
            ) { _ in
                Issue.record("the body ran")
            }
        } _: { port in
            try await RawConnection.withConnection(to: port) { connection in
                try await connection.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await connection.readToEnd() == Self.head)
            }
        }
    }

    @Test(arguments: ["", "keep-alive"])
    @available(SwiftSSE 1.0, *)
    func `To a client of HTTP/1.0 the body goes as it is, and ends with the connection`(connectionField: String)
        async throws
    {
        try await withNIOServer(Self.twoEvents) { port in
            try await RawConnection.withConnection(to: port) { connection in
                let field = connectionField.isEmpty ? "" : "Connection: \(connectionField)\r\n"
                try await connection.send("GET / HTTP/1.0\r\n\(field)\r\n")
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.0 200 OK")
                #expect(head["Transfer-Encoding"] == [])
                #expect(head["Connection"] == ["close"])
                #expect(try await connection.readToEnd() == "data: 1\n\ndata: 2\n\ndata: 3\n\n")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that asks for it gets its connection closed after a proper end`() async throws {
        try await withNIOServer(Self.twoEvents) { port in
            try await RawConnection.withConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                #expect(try await connection.readHead()["Connection"] == ["close"])
                #expect(try await connection.readToEnd() == Self.body)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body that throws cuts the connection, without the chunk that ends a body`() async throws {
        try await withNIOServer { request, channel, outbound in
            try await withEventStreamResponse(to: request, on: channel, outbound) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                throw CancellationError()
            }
        } _: { port in
            try await RawConnection.withConnection(to: port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await connection.readHead()
                #expect(try await connection.readToEnd() == chunk("data: 1\n\n"))
            }
        }
    }
}
