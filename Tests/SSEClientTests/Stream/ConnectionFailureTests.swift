internal import SSEClient
internal import SSETestSupport
internal import Testing

/// No response at all.
@Suite(.timeLimit(.minutes(3)))
struct ConnectionFailureTests {
    @Test("Nobody listens")
    @available(SwiftSSE 1.0, *)
    func connectionRefused() async throws {
        let url = try await withTestServer { _, _ in
        } _: {
            $0.url
        }
        let isAtOnce = try await isTrueSometimes {
            let start = ContinuousClock.now
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: url) }
            #expect(error.code == .connectionFailed)
            #expect(error.message.contains("connection refused"))
            #expect(error.refusal == nil)
            return ContinuousClock.now - start < .seconds(5)
        }
        #expect(isAtOnce, "It is reported at once, not tried until a timeout.")
    }

    @Test("The name has an empty label, so that nobody has to be asked whether it is known")
    @available(SwiftSSE 1.0, *)
    func unknownName() async throws {
        let url = "http://unknown..invalid/"
        let error = try await clientError { _ = try await EventStreamClient.test.events(of: url) }
        #expect(error.code == .connectionFailed)
        #expect(error.message.contains("unknown..invalid"))
    }

    @Test("The server ends the connection without a response, and is not asked again", arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func noResponse(isReset: Bool) async throws {
        try await withTestServer { connection, _ in
            if isReset { try await connection.reset() }
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .connectionFailed)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test(
        "The connection ends within the head",
        arguments: ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Type: text/ev"]
    )
    @available(SwiftSSE 1.0, *)
    func cutHead(start: String) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(start)
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .connectionFailed)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test("The server speaks something else")
    @available(SwiftSSE 1.0, *)
    func notHTTP() async throws {
        try await withTestServer { connection, _ in
            try await connection.send("220 mail.example.com ESMTP\r\n")
            await connection.waitForClose()
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .connectionFailed)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test("TLS is asked for where there is none")
    @available(SwiftSSE 1.0, *)
    func notTLS() async throws {
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
