internal import MetricsTestKit
internal import NIOCore
internal import NIOSSL
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Slow readers of large events, over sockets.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct HeldSocketTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [false, true])
    func `Ten readers that are slow share what is left of a large event, and get all of it`(isSecure: Bool) async throws
    {
        let metrics = TestMetrics()
        try await TestCertificate.with { certificate in
            let context = isSecure ? try certificate.client() : nil
            try await withHTTPServer(metrics: metrics) {
                if isSecure { $0.tls = certificate.server }
            } _: { server in
                let data = String(repeating: "x", count: 400_000)
                try await withThrowingTaskGroup { group in
                    let gate = Turnstile()
                    for _ in 0..<10 {
                        group.addTask {
                            try await Self.withConnection(to: server.port, context) { client in
                                try await client.send(request("GET /events"))
                                try await gate.pass()
                                let text = try await client.read(through: "data: next\n\n")
                                #expect(text.contains("data: \(data)\n\n"))
                            }
                        }
                    }
                    try await server.waitForStreams(10)
                    try await server.publish(data)
                    try await server.publish("next")
                    // Each is cut, since the system keeps little for those who do not read.
                    let blocked = try metrics.expectCounter("sse_stream_blocked_total")
                    let held = try metrics.expectGauge("sse_stream_held_bytes", [("loop", "0")])
                    do {
                        try await waitUntil { blocked.totalValue >= 10 && (held.lastValue ?? 0) > 0 }
                    } catch {
                        Issue.record("\(blocked.totalValue) are blocked, \(held.values) bytes are held.")
                    }
                    #expect((400_000..<401_000).contains(try #require(held.lastValue)))
                    gate.open()
                    try await group.waitForAll()
                    try await server.waitForStreams(0)
                    let isLetGo = await thrownError { try await waitUntil { held.lastValue == 0 } } == nil
                    #expect(isLetGo)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func withConnection(
        to port: Int,
        _ tls: NIOSSLContext?,
        _ body: (inout RawConnection) async throws -> Void
    ) async throws {
        if let tls { return try await RawConnection.withTLS(to: port, tls, receiveBufferSize: 4096, body) }
        try await RawConnection.withConnection(to: port, receiveBufferSize: 4096, body)
    }
}
