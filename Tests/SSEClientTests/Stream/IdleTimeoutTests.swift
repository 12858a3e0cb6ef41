internal import SSEClient
internal import SSETestSupport
internal import Testing

/// A server that says nothing, in real time; when exactly the timer fires, ``IdleTimerTests`` tells.
@Suite(.timeLimit(.minutes(3)))
struct IdleTimeoutTests {
    private static let timeout = Duration.milliseconds(200)

    @available(SwiftSSE 1.0, *)
    private static func client(_ timeout: Duration?) -> EventStreamClient {
        EventStreamClient(configuration: .init(idleTimeout: timeout))
    }

    @Test(arguments: ["", "H", "Hdata: 1\n\n"])
    @available(SwiftSSE 1.0, *)
    func `Silence fails the stream, and the connection is closed`(before: String) async throws {
        try await withTestServer { connection, _ in
            // On a slow machine the client may have left already.
            if !before.isEmpty { try? await connection.beginStream(String(before.dropFirst())) }
            await connection.waitForClose()
        } _: { server in
            let start = ContinuousClock.now
            let outcome = await Self.client(Self.timeout).outcome(of: server.url)
            #expect(outcome.clientError?.code == .idleTimeout)
            #expect(outcome.clientError?.message == "The server has sent nothing for 0.2 seconds.")
            #expect(ContinuousClock.now - start >= Self.timeout)
            // On a slow machine the request may not have been sent yet.
            if !server.requests.entries.isEmpty { await server.closes.next() }
            #expect(server.requests.entries.count <= 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Comments are signs of life`() async throws {
        let timeout = Duration.seconds(3)
        try await withTestServer { connection, _ in
            try await connection.beginStream()
            for _ in 0..<30 {
                try await connection.sendChunk(":\n")
                try await Task.sleep(for: timeout / 20)
            }
            try await connection.sendChunk("data: 1\n\n")
            try await connection.endChunks()
        } _: { server in
            let isAlive = await isTrueSometimes {
                let outcome = await Self.client(timeout).outcome(of: server.url)
                return outcome.data == ["1"] && outcome.error == nil
            }
            #expect(isAlive)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The time in which a slow consumer lets the server wait does not count, and silence after it does`()
        async throws
    {
        let block = String(repeating: "x", count: 100_000)
        let count = 100
        let timeout = Duration.seconds(1)
        try await withTestServer(sendBufferSize: 64 * 1024) { connection, _ in
            try await connection.beginStream()
            for _ in 0..<count { try await connection.sendChunk("data: \(block)\n\n") }
            await connection.waitForClose()
        } _: { server in
            let isPatient = try await isTrueSometimes {
                var received = 0
                let error = try await clientError {
                    try await Self.client(timeout).withStream(EventStreamRequest(url: server.url)) { _, events in
                        for try await _ in events {
                            received += 1
                            if received == 1 { try await Task.sleep(for: timeout * 2) }
                        }
                    }
                }
                #expect(error.code == .idleTimeout)
                return received == count
            }
            #expect(isPatient)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without a timeout silence may last`() async throws {
        try await withTestServer { connection, _ in
            try await connection.beginStream()
            try await Task.sleep(for: Self.timeout * 3)
            try await connection.sendChunk("data: 1\n\n")
            try await connection.endChunks()
        } _: { server in
            let data = try await Self.client(nil).events(of: server.url).map(\.data)
            #expect(data == ["1"])
        }
    }
}
