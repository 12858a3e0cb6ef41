internal import Hummingbird
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// Requests that have a body of their own.
@Suite(.timeLimit(.minutes(3)))
struct RequestBodyTests {
    private struct Query: Codable, Sendable {
        let topic: String
    }

    @available(SwiftSSE 1.0, *)
    private static func routes(_ router: Router<BasicRequestContext>, _ log: Log<String>) {
        router.post("/decoded") { request, context in
            let query = try await request.decode(as: Query.self, context: context)
            return request.eventStream(configuration: EventStreamConfiguration(keepAliveInterval: nil)) { writer in
                try await writer.send(ServerSentEvent(data: query.topic))
                if query.topic == "forever" {
                    await waitForCancellation()
                    log.append("cancelled")
                }
            }
        }
        router.post("/collected") { request, context in
            var request = request
            let body = try await request.collectBody(upTo: 1 << 20)
            return request.eventStream { try await $0.send(ServerSentEvent(data: String(buffer: body))) }
        }
        router.post("/ignored") { request, _ in
            request.eventStream { try await $0.send(ServerSentEvent(data: "1")) }
        }
        router.post("/forever") { request, _ in
            // A body that is not read may hide the news until the next comment.
            let configuration = EventStreamConfiguration(keepAliveInterval: .milliseconds(50))
            return request.eventStream(configuration: configuration) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                await waitForCancellation()
                log.append("cancelled")
            }
        }
    }

    private static func post(_ path: String, _ body: String, contentLength: Int? = nil) -> String {
        """
        POST \(path) HTTP/1.1\r
        Host: x\r
        Content-Type: application/json\r
        Content-Length: \(contentLength ?? body.utf8.count)\r
        \r
        \(body)
        """
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A body that was decoded before does not disturb the stream`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind) {
            Self.routes($0, Log())
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send(Self.post("/decoded", #"{"topic": "news"}"#))
                _ = try await connection.readHead()
                #expect(try await connection.read(through: lastChunk) == chunk("data: news\n\n") + lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `After that, the client's leaving is noticed`(kind: TestServerKind) async throws {
        let log = Log<String>()
        try await TestServer.withServer(kind) {
            Self.routes($0, log)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send(Self.post("/decoded", #"{"topic": "forever"}"#))
                _ = try await connection.read(through: chunk("data: forever\n\n"))
            }
            #expect(await log.next() == "cancelled")
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A body that was collected into the request does not disturb the stream`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind) {
            Self.routes($0, Log())
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send(Self.post("/collected", "news"))
                _ = try await connection.readHead()
                #expect(try await connection.read(through: lastChunk) == chunk("data: news\n\n") + lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A large body that nobody reads does not hold up the stream`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind) {
            Self.routes($0, Log())
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                let request = Self.post("/ignored", String(repeating: "x", count: 1 << 20))
                try await connection.send(request)
                _ = try await connection.readHead()
                #expect(try await connection.read(through: lastChunk) == chunk("data: 1\n\n") + lastChunk)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `Nor the news that the client has left`(kind: TestServerKind) async throws {
        let log = Log<String>()
        try await TestServer.withServer(kind) {
            Self.routes($0, log)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                let request = Self.post("/forever", String(repeating: "x", count: 1 << 20))
                try await connection.send(request)
                _ = try await connection.read(through: chunk("data: 1\n\n"))
            }
            #expect(await log.next() == "cancelled")
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A client that leaves in the middle of its request has left`(kind: TestServerKind) async throws {
        let log = Log<String>()
        try await TestServer.withServer(kind) {
            Self.routes($0, log)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send(Self.post("/forever", "some", contentLength: 1000))
                _ = try await connection.read(through: chunk("data: 1\n\n"))
            }
            #expect(await log.next() == "cancelled")
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A stream can end before its request does`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind) {
            Self.routes($0, Log())
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send(Self.post("/ignored", "some", contentLength: 1000))
                _ = try await connection.readHead()
                #expect(try await connection.read(through: lastChunk) == chunk("data: 1\n\n") + lastChunk)
            }
        }
    }
}
