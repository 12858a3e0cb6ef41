#if os(Linux)
internal import MetricsTestKit
internal import NIOCore
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Clients that are gone without a word: their network swallows everything.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct GoneClientTests {
    /// How long a client may stay that is gone: the heartbeat, the write timeout and two seconds, and some for a busy machine.
    private static let limit = Duration.seconds(1 + 2 + 2 + 2)
    /// Longer than anything here takes, so that what ends by it is seen to.
    private static let deadline = TimeAmount.seconds(60)

    @available(SwiftSSE 1.0, *)
    private static var fanOut: FanOutConfiguration {
        var configuration = FanOutConfiguration.defaults
        configuration.heartbeatInterval = .seconds(1)
        configuration.writeTimeout = .seconds(2)
        return configuration
    }

    /// Waits until all streams are over, with a few events meanwhile if there are to be some, and checks why they are.
    @available(SwiftSSE 1.0, *)
    private static func expectEnds(
        _ count: Int = 1,
        of server: RunningHTTPServer,
        _ log: Log<AccessRecord>,
        within limit: Duration = Self.limit,
        publishing size: Int = 0
    ) async throws {
        let start = ContinuousClock.now
        var next = start
        try await waitUntil {
            if size > 0, ContinuousClock.now >= next {
                next += .milliseconds(200)
                try await server.publish(String(repeating: "x", count: size))
            }
            return server.broker.subscriptionCount == 0
        }
        #expect(start.duration(to: .now) < limit)
        try await waitUntil { log.entries.count == count }
        #expect(log.entries.compactMap(\.streamEnd?.name) == Array(repeating: "gone", count: count))
        try await server.waitForConnections(0)
        #expect(start.duration(to: .now) < limit)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [0, 200, 100_000])
    func `A client whose network swallows everything is let go of, whatever it is sent`(size: Int) async throws {
        let log = Log<AccessRecord>()
        try await withHTTPServer(fanOut: Self.fanOut, access: log) { server in
            try await RawConnection.withConnection(to: server.port, deadline: Self.deadline) { client in
                _ = try await client.subscribe()
                try await client.loseNetwork()
                try await Self.expectEnds(of: server, log, publishing: size)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [0, 200, 100_000])
    func `The same is true with TLS, where nobody says farewell`(size: Int) async throws {
        let log = Log<AccessRecord>()
        try await TestCertificate.with { certificate in
            let context = try certificate.client()
            try await withHTTPServer(fanOut: Self.fanOut, access: log) {
                $0.tls = certificate.server
            } _: { server in
                try await RawConnection.withTLS(to: server.port, context) { client in
                    _ = try await client.subscribe()
                    try await client.loseNetwork()
                    try await Self.expectEnds(of: server, log, publishing: size)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [0, 200], [false, true])
    func `The same is true with HTTP 2, of all streams of the connection`(size: Int, isSecure: Bool) async throws {
        let log = Log<AccessRecord>()
        try await TestCertificate.with { certificate in
            let tls = isSecure ? try certificate.client(protocols: ["h2"]) : nil
            try await withHTTPServer(fanOut: Self.fanOut, access: log) {
                if isSecure { $0.tls = certificate.server }
            } _: { server in
                try await HTTP2Client.with(port: server.port, tls: tls) { client in
                    _ = try await client.subscribe()
                    _ = try await client.subscribe()
                    try await client.channel.loseNetwork()
                    try await Self.expectEnds(2, of: server, log, publishing: size)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Without heartbeats and events the system finds out`() async throws {
        var fanOut = Self.fanOut
        fanOut.heartbeatInterval = nil
        try await withHTTPServer(fanOut: fanOut) { server in
            try await RawConnection.withConnection(to: server.port, deadline: Self.deadline) { client in
                _ = try await client.subscribe()
                try await client.loseNetwork()
                try await server.waitForConnections(0)
                #expect(server.broker.subscriptionCount == 0)
            }
        }
    }

    // MARK: Who is not gone

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        // What the system takes for the client, unread.
        (64 * 1024, 10),
        // More than that, so that its window is closed; and less than has the server wait.
        (4096, 40),
    ])
    func `A client that reads nothing, and whose system answers, stays and gets everything`(
        buffer: Int,
        count: Int
    ) async throws {
        let metrics = TestMetrics()
        try await withHTTPServer(fanOut: Self.fanOut, metrics: metrics) { server in
            try await RawConnection.withConnection(
                to: server.port,
                receiveBufferSize: buffer,
                deadline: Self.deadline
            ) { client in
                _ = try await client.subscribe()
                for number in 0..<count { try await server.publish("\(number) \(String(repeating: "x", count: 1024))") }
                // Each of which is a second.
                let heartbeats = try metrics.expectCounter("sse_stream_heartbeats_total")
                try await waitUntil { heartbeats.totalValue >= 8 || server.broker.subscriptionCount == 0 }
                #expect(server.broker.subscriptionCount == 1)
                try #expect(metrics.expectCounter("sse_stream_blocked_total").totalValue == 0)
                for number in 0..<count { _ = try await client.read(through: "data: \(number) ") }
            }
        }
    }
}
#endif
