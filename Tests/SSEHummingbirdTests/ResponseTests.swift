internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Event streams as responses of routes, as they are on the wire.
@Suite(.timeLimit(.minutes(3)))
struct ResponseTests {
    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A response has what an event stream needs, and one chunk a call`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                    try await writer.send(contentsOf: [ServerSentEvent(data: "2"), ServerSentEvent(data: "3")])
                    try await writer.send(json: [4])
                    try await writer.comment(" 5")
                    try await writer.retry(.seconds(6))
                }
            }
        } _: { server in
            try await server.get { connection in
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.1 200 OK")
                #expect(head["Content-Type"] == ["text/event-stream"])
                #expect(head["Cache-Control"] == ["no-cache, no-transform"])
                #expect(head["X-Accel-Buffering"] == ["no"])
                #expect(head["Transfer-Encoding"] == ["chunked"])
                #expect(head["Content-Length"] == [])
                let body = try await connection.read(through: lastChunk)
                let calls = ["data: 1\n\n", "data: 2\n\ndata: 3\n\n", "data: [4]\n\n", ": 5\n", "retry: 6000\n\n"]
                #expect(body == calls.map(chunk).joined() + lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `Status, headers and what comes before the first event are the caller's`(kind: TestServerKind) async throws {
        let custom = try #require(HTTPField.Name("X-Custom"))
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream(
                    status: .created,
                    headers: [.cacheControl: "no-store", .contentType: "text/plain", custom: "1"],
                    prelude: ByteBuffer(string: ": padding\n")
                ) { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                }
            }
        } _: { server in
            try await server.get { connection in
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.1 201 Created")
                #expect(head["Content-Type"] == ["text/event-stream"])
                #expect(head["Cache-Control"] == ["no-store"])
                #expect(head["X-Custom"] == ["1"])
                let body = try await connection.read(through: lastChunk)
                #expect(body == chunk(": padding\n") + chunk("data: 1\n\n") + lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `The head and each event reach the client before the next event is there`(kind: TestServerKind) async throws {
        let turnstile = Turnstile()
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream { writer in
                    for number in 1...2 {
                        try await turnstile.pass()
                        try await writer.send(ServerSentEvent(data: "\(number)"))
                    }
                    try await turnstile.pass()
                }
            }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.readHead()
                for number in 1...2 {
                    turnstile.letOnePass()
                    let event = chunk("data: \(number)\n\n")
                    #expect(try await connection.read(through: event) == event)
                }
                turnstile.letOnePass()
                #expect(try await connection.read(through: lastChunk) == lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `An idle stream is kept alive`(kind: TestServerKind) async throws {
        let configuration = EventStreamConfiguration(keepAliveInterval: .milliseconds(50))
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream(configuration: configuration) { _ in await waitForCancellation() }
            }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.readHead()
                for _ in 0..<2 { #expect(try await connection.read(through: chunk(":\n")) == chunk(":\n")) }
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `The events of a sequence are a response`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                let events = AsyncStream<ServerSentEvent> { continuation in
                    for number in 1...3 { continuation.yield(ServerSentEvent(data: "\(number)")) }
                    continuation.finish()
                }
                return request.eventStream(events, status: .accepted, headers: [.cacheControl: "no-store"])
            }
        } _: { server in
            try await server.get { connection in
                let head = try await connection.readHead()
                #expect(head.statusLine == "HTTP/1.1 202 Accepted")
                #expect(head["Cache-Control"] == ["no-store"])
                let body = try await connection.read(through: lastChunk)
                #expect(body == (1...3).map { chunk("data: \($0)\n\n") }.joined() + lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A body that throws cuts the connection, without the chunk that ends a body`(kind: TestServerKind) async throws
    {
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                    throw HTTPError(.internalServerError)
                }
            }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.readHead()
                #expect(try await connection.readToEnd() == chunk("data: 1\n\n"))
            }
        }
    }
}
