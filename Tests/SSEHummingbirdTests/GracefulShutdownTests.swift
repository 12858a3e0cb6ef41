internal import Hummingbird
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// The application shuts down gracefully while streams are open.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct GracefulShutdownTests {
    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `Open streams end properly, and the application stops at once`(kind: TestServerKind) async throws {
        let codes = Log<SSEServerError.Code?>()
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                    await waitForCancellation()
                    await codes.record { try await writer.send(ServerSentEvent(data: "2")) }
                }
            }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.read(through: chunk("data: 1\n\n"))
                let clock = ContinuousClock()
                let start = clock.now
                await server.triggerGracefulShutdown()
                #expect(try await connection.readToEnd() == lastChunk)
                await server.waitForEnd()
                #expect(clock.now - start < .seconds(10))
                #expect(codes.entries == [.shuttingDown])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `So do streams to clients of HTTP/1.0`() async throws {
        try await TestServer.withServer(.eventStreams) { router in
            router.get("/") { request, _ in
                request.eventStream { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                    await waitForCancellation()
                }
            }
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { connection in
                try await connection.send("GET / HTTP/1.0\r\n\r\n")
                _ = try await connection.read(through: "data: 1\n\n")
                await server.triggerGracefulShutdown()
                #expect(try await connection.readToEnd() == "")
                await server.waitForEnd()
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A connection that is idle after a stream does not hold up the application`() async throws {
        try await TestServer.withServer(.eventStreams) { router in
            router.get("/") { request, _ in request.eventStream { _ in } }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.read(through: lastChunk)
                await server.triggerGracefulShutdown()
                #expect(try await connection.readToEnd() == "")
                await server.waitForEnd()
            }
        }
    }
}
