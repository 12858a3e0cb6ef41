internal import NIOCore
internal import SSEBroker
internal import SSETestSupport
internal import ServiceLifecycle
internal import ServiceLifecycleTestKit
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// The end of a server.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ShutdownTests {
    @available(SwiftSSE 1.0, *)
    private func withShutdown(
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        fanOut: FanOutConfiguration = .defaults,
        _ test:
            @escaping @Sendable (RunningHTTPServer, _ shutDown: @Sendable () async throws -> Void) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.drainWindow = .milliseconds(200)
        configure(&configuration)
        let answers = TestAnswers()
        let fanOut = FanOut(Broker(), configuration: fanOut)
        let server = HTTPServer(configuration, fanOut) { answers.answer($0, fanOut) }
        try await testGracefulShutdown { (trigger) async throws in
            let ports = Log<Int>()
            async let end: Void = server.run { ports.append($0) }
            let port = try #require(await ports.next())
            try await test(RunningHTTPServer(server: server, answers: answers, port: port)) {
                trigger.triggerGracefulShutdown()
            }
            try await end
        }
        #expect(server.connectionCount == 0)
        #expect(fanOut.broker.subscriptionCount == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Streams end in order over the drain window, with the time after which to come back`() async throws {
        try await self.withShutdown { configuration in
            configuration.drainRetry = .milliseconds(1000)...(.milliseconds(2000))
        } _: { server, shutDown in
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await RawConnection.withConnection(to: server.port) { client in
                            _ = try await client.subscribe()
                            let rest = try await client.readToEnd()
                            // A chunk with the time, and the last chunk.
                            let match = try #require(
                                rest.firstMatch(of: /^([0-9a-f]+)\r\nretry: (\d+)\n\n\r\n0\r\n\r\n$/)
                            )
                            #expect((1000...2000).contains(Int(match.2) ?? 0))
                        }
                    }
                }
                try await server.waitForStreams(20)
                try await shutDown()
                try await group.waitForAll()
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `No connection is accepted any more, and no stream begins on an old one`() async throws {
        try await self.withShutdown { configuration in
            configuration.drainWindow = .seconds(1)
        } _: { server, shutDown in
            try await RawConnection.withConnection(to: server.port) { subscriber in
                _ = try await subscriber.subscribe()
                try await RawConnection.withConnection(to: server.port) { client in
                    #expect(try await client.exchange(request("GET /a")).status == "HTTP/1.1 200 OK")
                    try await shutDown()
                    try await waitUntil { server.server.isShuttingDown }
                    // Who is slow finds the connection closed.
                    guard await thrownError({ try await client.send(request("GET /events")) }) == nil,
                        let answer = try? await client.readToEnd()
                    else { return }
                    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
                }
                try await waitUntil {
                    await thrownError { try await RawConnection.withConnection(to: server.port) { _ in } } != nil
                }
                _ = try await subscriber.readToEnd()
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An answer that is waited for still goes out, with the word that it is the last one`() async throws {
        try await self.withShutdown { configuration in
            configuration.drainWindow = .seconds(1)
        } _: { server, shutDown in
            try await RawConnection.withConnection(to: server.port) { subscriber in
                _ = try await subscriber.subscribe()
                try await RawConnection.withConnection(to: server.port) { client in
                    try await client.send(request("POST /later", body: "1"))
                    try await server.answers.wait(forCount: 2)
                    try await shutDown()
                    try await waitUntil { server.server.isShuttingDown }
                    let response = try await client.readResponse()
                    #expect(response.body == "1")
                    #expect(try await client.readToEnd() == "")
                }
                _ = try await subscriber.readToEnd()
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An answer that is waited for has the time of the shutdown, also when there are no streams`()
        async throws
    {
        try await self.withShutdown { configuration in
            configuration.shutdownTimeout = .seconds(60)
        } _: { server, shutDown in
            server.answers.gate.close()
            try await RawConnection.withConnection(to: server.port) { other in
                #expect(try await other.exchange(request("GET /a")).status == "HTTP/1.1 200 OK")
                try await RawConnection.withConnection(to: server.port) { client in
                    try await client.send(request("POST /later", body: "1"))
                    try await server.answers.gate.waitForWaiters(1)
                    try await shutDown()
                    // Until it waits for nothing but this.
                    try await waitUntil { !server.server.run(ServerJob()) {} }
                    let late = try await other.exchange(request("POST /later", body: "2"))
                    #expect(late.status == "HTTP/1.1 503 Service Unavailable")
                    server.answers.gate.open()
                    let response = try await client.readResponse()
                    #expect(response.status == "HTTP/1.1 200 OK" && response.body == "1")
                    #expect(response.head["Connection"] == ["close"])
                    #expect(try await client.readToEnd() == "")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An answer that does not come in the time of the shutdown is given up`() async throws {
        try await self.withShutdown { configuration in
            configuration.shutdownTimeout = .milliseconds(100)
        } _: { server, shutDown in
            server.answers.gate.close()
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(request("POST /later", body: "1"))
                try await server.answers.gate.waitForWaiters(1)
                try await shutDown()
                #expect(try await client.readResponse().status == "HTTP/1.1 502 Bad Gateway")
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Clients that do not read do not hold it up`() async throws {
        // Not the deadline that ends them at other times.
        var fanOut = FanOutConfiguration.defaults
        fanOut.writeTimeout = .seconds(1000)
        try await self.withShutdown({ $0.shutdownTimeout = .seconds(1) }, fanOut: fanOut) { server, shutDown in
            try await RawConnection.withConnection(to: server.port, receiveBufferSize: 4096) { client in
                try await client.send(request("GET /events"))
                try await server.waitForStreams(1)
                // More than the system's buffers hold.
                let data = String(repeating: "x", count: 512 * 1024)
                for _ in 0..<40 { try await server.publish(data) }
                try await shutDown()
                try await server.waitForConnections(0)
            }
        }
    }
}
