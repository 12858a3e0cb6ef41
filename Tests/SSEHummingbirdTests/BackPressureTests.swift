internal import Hummingbird
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// A client that reads nothing.
@Suite(.timeLimit(.minutes(3)))
struct BackPressureTests {
    @available(SwiftSSE 1.0, *)
    private static let impatient = EventStreamConfiguration(keepAliveInterval: nil, writeTimeout: .milliseconds(300))

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `The sender waits when the client's socket is full, and the deadline ends it`(kind: TestServerKind)
        async throws
    {
        let codes = Log<SSEServerError.Code?>()
        let sent = Log<Int>()
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream(configuration: Self.impatient) { writer in
                    let event = ServerSentEvent(data: String(repeating: "x", count: 1 << 16))
                    await codes.record {
                        for number in 1...10_000 {
                            try await writer.send(event)
                            sent.append(number)
                        }
                    }
                }
            }
        } _: { server in
            try await server.get(receiveBufferSize: 1 << 14) { _ in
                #expect(await codes.next() == .some(.writeTimedOut))
                #expect(sent.entries.count < 1000)
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `Nor can it hold up the end of a stream`(kind: TestServerKind) async throws {
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream(configuration: Self.impatient) { writer in
                    // More than any socket takes, in one write, which the channel takes all the same.
                    try await writer.send(ServerSentEvent(data: String(repeating: "x", count: 1 << 23)))
                }
            }
        } _: { server in
            try await server.get(receiveBufferSize: 1 << 14) { connection in
                _ = try await connection.readHead()
                await server.triggerGracefulShutdown()
                await server.waitForEnd()
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A client that reads slowly gets everything`(kind: TestServerKind) async throws {
        let data = String(repeating: "x", count: 1 << 16)
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream { writer in
                    for _ in 0..<100 { try await writer.send(ServerSentEvent(data: data)) }
                }
            }
        } _: { server in
            try await server.get(receiveBufferSize: 1 << 14) { connection in
                _ = try await connection.readHead()
                let event = chunk("data: \(data)\n\n")
                for _ in 0..<100 { #expect(try await connection.read(byteCount: event.utf8.count) == event) }
                #expect(try await connection.read(through: lastChunk) == lastChunk)
            }
        }
    }
}
