internal import Hummingbird
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// What becomes of the connection when a response is complete.
@Suite(.timeLimit(.minutes(3)))
struct ConnectionReuseTests {
    @available(SwiftSSE 1.0, *)
    private static func routes(_ router: Router<BasicRequestContext>) {
        router.get("/") { request, _ in
            request.eventStream { try await $0.send(ServerSentEvent(data: "1")) }
        }
        router.get("/forever") { request, _ in
            request.eventStream { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                await waitForCancellation()
            }
        }
        router.get("/plain") { _, _ in "plain" }
        router.head("/") { request, _ in
            request.eventStream { _ in Issue.record("the body of a HEAD response ran") }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `With the server of this package, the connection serves one request after the other`() async throws {
        try await TestServer.withServer(.eventStreams, routes: Self.routes) { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                for _ in 0..<3 {
                    try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                    _ = try await connection.readHead()
                    #expect(try await connection.read(through: lastChunk) == chunk("data: 1\n\n") + lastChunk)
                }
                try await connection.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await connection.readHead()
                #expect(try await connection.read(through: "plain") == "plain")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `On a reused connection, the client's leaving ends the stream that is open then`() async throws {
        let log = Log<String>()
        try await TestServer.withServer(.eventStreams) { router in
            Self.routes(router)
            router.get("/logged") { request, _ in
                request.eventStream(configuration: EventStreamConfiguration(keepAliveInterval: nil)) { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                    await waitForCancellation()
                    log.append("cancelled")
                }
            }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.read(through: lastChunk)
                try await connection.send("GET /logged HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await connection.read(through: chunk("data: 1\n\n"))
            }
            #expect(await log.next() == "cancelled")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `With Hummingbird's server, a response ends with its last chunk, and then the connection is closed`()
        async throws
    {
        try await TestServer.withServer(.http1, routes: Self.routes) { server in
            try await server.get { connection in
                _ = try await connection.readHead()
                #expect(try await connection.readToEnd() == chunk("data: 1\n\n") + lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A HEAD request is answered with the head only`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind, routes: Self.routes) { server in
            try await Self.expectHeadOnly(server, "/")
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `So is one whose route Hummingbird makes of a GET route`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind, options: .autoGenerateHeadEndpoints, routes: Self.routes) { server in
            try await Self.expectHeadOnly(server, "/forever")
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func expectHeadOnly(_ server: TestServer, _ path: String) async throws {
        try await RawConnection.withConnection(to: server.port) { connection in
            try await connection.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try await connection.readHead()
            #expect(head.statusLine == "HTTP/1.1 200 OK")
            #expect(head["Content-Type"] == ["text/event-stream"])
            #expect(head["Cache-Control"] == ["no-cache, no-transform"])
            #expect(head["X-Accel-Buffering"] == ["no"])
            // What comes next is the next response.
            try await connection.send("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await connection.readHead().statusLine == "HTTP/1.1 200 OK")
            #expect(try await connection.read(through: "plain") == "plain")
        }
    }

    @Test(arguments: ["", "keep-alive"])
    @available(SwiftSSE 1.0, *)
    func `To a client of HTTP/1.0 the body goes as it is, and ends with the connection`(connectionField: String)
        async throws
    {
        try await TestServer.withServer(.eventStreams, routes: Self.routes) { server in
            for (path, body) in [("/", "data: 1\n\n"), ("/plain", "plain")] {
                try await RawConnection.withConnection(to: server.port) { connection in
                    let field = connectionField.isEmpty ? "" : "Connection: \(connectionField)\r\n"
                    try await connection.send("GET \(path) HTTP/1.0\r\n\(field)\r\n")
                    let head = try await connection.readHead()
                    #expect(head.statusLine == "HTTP/1.0 200 OK")
                    #expect(head["Transfer-Encoding"] == [])
                    #expect(head["Connection"] == ["close"])
                    #expect(try await connection.readToEnd() == body)
                }
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A client that asks for it gets its connection closed after a proper end`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind, routes: Self.routes) { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                _ = try await connection.readHead()
                #expect(try await connection.readToEnd() == chunk("data: 1\n\n") + lastChunk)
            }
        }
    }
}
