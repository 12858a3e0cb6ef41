internal import Hummingbird
internal import SSEHummingbird
internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// The client leaves.
@Suite(.timeLimit(.minutes(3)))
struct DisconnectionTests {
    /// Without comments, since one that cannot be written would tell as well.
    @available(SwiftSSE 1.0, *)
    private static let quiet = EventStreamConfiguration(keepAliveInterval: nil)

    /// Sends one event, waits for what never comes, and then tries to send another one.
    @available(SwiftSSE 1.0, *)
    private static func route(
        _ router: Router<BasicRequestContext>,
        _ log: Log<SSEServerError.Code?>,
        _ errors: Log<Bool>
    ) {
        router.get("/") { request, _ in
            request.eventStream(configuration: Self.quiet) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                await waitForCancellation()
                errors.append(Task.isCancelled)
                await log.record { try await writer.send(ServerSentEvent(data: "2")) }
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `Closing the connection cancels the body while it waits for something else`(kind: TestServerKind) async throws
    {
        let codes = Log<SSEServerError.Code?>()
        let cancelled = Log<Bool>()
        try await TestServer.withServer(kind) {
            Self.route($0, codes, cancelled)
        } _: { server in
            try await server.get { connection in
                _ = try await connection.read(through: chunk("data: 1\n\n"))
                #expect(cancelled.entries == [])
            }
            #expect(await cancelled.next() == true)
            #expect(await codes.next() == .some(.clientDisconnected))
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `So does closing the half on which the client sends`(kind: TestServerKind) async throws {
        let codes = Log<SSEServerError.Code?>()
        let cancelled = Log<Bool>()
        try await TestServer.withServer(kind) {
            Self.route($0, codes, cancelled)
        } _: { server in
            try await server.get { connection in
                _ = try await connection.read(through: chunk("data: 1\n\n"))
                try await connection.closeOutput()
                #expect(await cancelled.next() == true)
                #expect(await codes.next() == .some(.clientDisconnected))
                #expect(try await connection.readToEnd() == "")
            }
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `A client that leaves while the sender waits for it ends the send`(kind: TestServerKind) async throws {
        let codes = Log<SSEServerError.Code?>()
        let sent = Log<Int>()
        try await TestServer.withServer(kind) { router in
            router.get("/") { request, _ in
                request.eventStream(configuration: Self.quiet) { writer in
                    let event = ServerSentEvent(data: String(repeating: "x", count: 1 << 16))
                    await codes.record {
                        while true {
                            try await writer.send(event)
                            sent.append(1)
                        }
                    }
                }
            }
        } _: { server in
            try await server.get(receiveBufferSize: 1 << 14) { connection in
                _ = try await connection.readHead()
                for _ in 0..<10 { _ = await sent.next() }
            }
            #expect(await codes.next() == .some(.clientDisconnected))
        }
    }

    @Test(arguments: TestServerKind.allCases)
    @available(SwiftSSE 1.0, *)
    func `One client's leaving does not touch another's stream`(kind: TestServerKind) async throws {
        let cancelled = Log<Bool>()
        let turnstile = Turnstile()
        try await TestServer.withServer(kind) { router in
            router.get("/leaving") { request, _ in
                request.eventStream(configuration: Self.quiet) { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                    await waitForCancellation()
                    cancelled.append(true)
                }
            }
            router.get("/staying") { request, _ in
                request.eventStream(configuration: Self.quiet) { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                    try await turnstile.pass()
                    try await writer.send(ServerSentEvent(data: "2"))
                }
            }
        } _: { server in
            try await server.get("/staying") { staying in
                _ = try await staying.read(through: chunk("data: 1\n\n"))
                try await server.get("/leaving") { _ = try await $0.read(through: chunk("data: 1\n\n")) }
                #expect(await cancelled.next() == true)
                turnstile.open()
                #expect(try await staying.read(through: lastChunk) == chunk("data: 2\n\n") + lastChunk)
            }
        }
    }

    #if os(Linux)
    @Test
    @available(SwiftSSE 1.0, *)
    func `A client whose network swallows everything is let go of after the write timeout`() async throws {
        let log = Log<Bool>()
        try await TestServer.withServer(.eventStreams) { router in
            router.get("/") { request, _ in
                let configuration = EventStreamConfiguration(keepAliveInterval: .seconds(1), writeTimeout: .seconds(2))
                return request.eventStream(configuration: configuration) { _ in
                    await waitForCancellation()
                    log.append(true)
                }
            }
        } _: { server in
            try await server.get { connection in
                _ = try await connection.readHead()
                try await connection.loseNetwork()
                #expect(await log.next() == true)
            }
        }
    }
    #endif
}
