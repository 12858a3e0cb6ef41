internal import SSEClient
internal import SSETestSupport
internal import Testing

/// No response at all.
@Suite(.timeLimit(.minutes(3)))
struct ConnectionFailureTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Nobody listens`() async throws {
        let isAtOnce = try await withClosedPort { port in
            try await isTrueSometimes {
                let start = ContinuousClock.now
                let error = try await clientError {
                    _ = try await EventStreamClient.test.events(of: "http://127.0.0.1:\(port)/")
                }
                #expect(error.code == .connectionFailed)
                #expect(error.message.contains("connection refused"))
                #expect(error.refusal == nil)
                return ContinuousClock.now - start < .seconds(5)
            }
        }
        #expect(isAtOnce, "It is reported at once, not tried until a timeout.")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The name has an empty label, so that nobody has to be asked whether it is known`() async throws {
        let url = "http://unknown..invalid/"
        let error = try await clientError { _ = try await EventStreamClient.test.events(of: url) }
        #expect(error.code == .connectionFailed)
        #expect(error.message.contains("unknown..invalid"))
    }

    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `The server ends the connection without a response, and is not asked again`(isReset: Bool) async throws {
        try await withTestServer { connection, _ in
            if isReset { try await connection.reset() }
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .connectionFailed)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test(arguments: ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Type: text/ev"])
    @available(SwiftSSE 1.0, *)
    func `The connection ends within the head`(start: String) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(start)
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .connectionFailed)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The server speaks something else`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send("220 mail.example.com ESMTP\r\n")
            await connection.waitForClose()
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .invalidResponse)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `TLS is asked for where there is none`() async throws {
        // The request is none that the server can read; what it gets is the beginning of a handshake.
        try await withTestServer { _, _ in
        } _: { server in
            var client = EventStreamClient.test
            client.configuration.idleTimeout = .milliseconds(500)
            let error = try await clientError { _ = try await client.events(of: "https://127.0.0.1:\(server.port)/") }
            #expect(error.code == .idleTimeout || error.code == .connectionFailed)
            #expect(server.requests.entries.isEmpty)
        }
    }
}
