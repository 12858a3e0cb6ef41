internal import NIOCore
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// Connections that nobody should use any more, over HTTP/2.
@Suite(.timeLimit(.minutes(3)))
struct DeadConnectionTests {
    /// Asks no connection for a sign of life, and doubts one at once.
    private static let doubtful = HTTP2ConnectionGuard.Configuration(
        silence: .minutes(10),
        patience: .minutes(10),
        doubt: .zero
    )

    /// Asks soon.
    private static let inquisitive = HTTP2ConnectionGuard.Configuration(
        silence: .milliseconds(100),
        patience: .milliseconds(200),
        doubt: .minutes(10)
    )

    /// Runs a server that stops hearing and speaking on its first connection after one event.
    @available(SwiftSSE 1.0, *)
    private static func withDeafServer(
        _ liveness: HTTP2ConnectionGuard.Configuration,
        _ body: (EventStreamClient, HTTP2TestServer) async throws -> Void
    ) async throws {
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                let request = try await connection.nextRequest()
                try await connection.beginStream("data: \(connection.number)\n\n", on: request.stream)
                if connection.number == 1 { connection.answersItself = false }
                while true {
                    _ = try await connection.nextRequest()
                    Issue.record("A new stream has come on the connection \(connection.number).")
                }
            } _: { server in
                try await withHTTPClient(trusting: certificate, liveness: liveness) { httpClient in
                    try await body(.test(httpClient), server)
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After the idle timeout the next attempt is on a new connection`() async throws {
        try await Self.withDeafServer(Self.doubtful) { client, server in
            let subscription = client.promptSubscription(to: server.url, idleTimeout: .milliseconds(300))
            let data = try await subscription.data(2)
            // On a slow machine an attempt may be over before its first event; none may be on a connection that was left.
            #expect(Set(data).count == 2)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A command to reconnect leads to a new connection`() async throws {
        try await Self.withDeafServer(Self.doubtful) { client, server in
            let subscription = client.promptSubscription(to: server.url)
            var data: [String] = []
            for try await event in subscription {
                data.append(event.data)
                if data.count == 2 { break }
                subscription.reconnectNow()
            }
            #expect(data == ["1", "2"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Another stream to the same host gets a new connection as well`() async throws {
        try await Self.withDeafServer(Self.doubtful) { client, server in
            try await client.withStream(EventStreamRequest(url: server.url)) { _, events in
                let event = try await events.first { _ in true }
                #expect(event?.data == "1")
            }
            try await client.withStream(EventStreamRequest(url: server.url)) { _, events in
                let event = try await events.first { _ in true }
                #expect(event?.data == "2")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A silent connection is asked for a sign of life, and closed if none comes`() async throws {
        try await Self.withDeafServer(Self.inquisitive) { client, server in
            let data = try await client.promptSubscription(to: server.url).data(2)
            // The number of the connection; on a busy machine even a good one may be too slow for such a short patience.
            #expect(data.count == 2 && data[0] != data[1])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A connection that gives a sign of life goes on`() async throws {
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                let request = try await connection.nextRequest()
                try await connection.beginStream(on: request.stream)
                for _ in 0..<4 { _ = try await connection.nextFrame(RawHTTP2Frame.Kind.ping) }
                try await connection.send(.data("data: alive\n\n", stream: request.stream, endsStream: true))
                await connection.waitForClose()
            } _: { server in
                let liveness = HTTP2ConnectionGuard.Configuration(
                    silence: .milliseconds(50),
                    patience: .seconds(60),
                    doubt: .minutes(10)
                )
                try await withHTTPClient(trusting: certificate, liveness: liveness) { httpClient in
                    let events = try await EventStreamClient.test(httpClient).events(of: server.url)
                    #expect(events.map(\.data) == ["alive"])
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that is left on a connection that speaks costs that connection nothing`() async throws {
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                while true {
                    let request = try await connection.nextRequest()
                    try await connection.beginStream("data: \(connection.number)\n\n", on: request.stream)
                }
            } _: { server in
                let liveness = HTTP2ConnectionGuard.Configuration(
                    silence: .minutes(10),
                    patience: .minutes(10),
                    doubt: .minutes(10)
                )
                try await withHTTPClient(trusting: certificate, liveness: liveness) { httpClient in
                    let client = EventStreamClient.test(httpClient)
                    for _ in 0..<3 {
                        try await client.withStream(EventStreamRequest(url: server.url)) { _, events in
                            let event = try await events.first { _ in true }
                            #expect(event?.data == "1")
                        }
                    }
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A connection that goes away while it has no stream is closed`() async throws {
        let closes = Log<Void>()
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                let request = try await connection.nextRequest()
                try await connection.sendStream("data: 1\n\n", on: request.stream)
                // The client knows that the stream has ended once it has answered what came after it.
                let ping = RawHTTP2Frame(kind: RawHTTP2Frame.Kind.ping, payload: Array(repeating: 7, count: 8))
                try await connection.send(ping)
                _ = try await connection.nextFrame(RawHTTP2Frame.Kind.ping)
                try await connection.send(.goAway(lastStream: request.stream))
                await connection.waitForClose()
                closes.append(())
            } _: { server in
                try await withHTTPClient(trusting: certificate) { httpClient in
                    let events = try await EventStreamClient.test(httpClient).events(of: server.url)
                    #expect(events.count == 1)
                    await closes.next()
                }
            }
        }
    }
}
