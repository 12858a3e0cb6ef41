internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// A long stream over a network that breaks all the time.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ChaosTests {
    private static let count = 100_000

    /// Numbers from the one after `Last-Event-ID` on, with a comment and a block without data now and then.
    @available(SwiftSSE 1.0, *)
    private static func serve(_ connection: inout TestConnection, _ request: RawRequest) async throws {
        let last = request.fields("Last-Event-ID").first?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        guard last < Self.count else {
            return try await connection.send(Head.response("204 No Content", ["Connection: close"]))
        }
        try await connection.send(Head.chunked)
        var next = last + 1
        while next <= Self.count {
            let end = min(next + 40, Self.count + 1)
            let events = (next..<end).map { "id: \($0)\ndata: \($0)\n\n" }.joined()
            try await connection.sendChunk(": \(next)\nretry: 0\n\n\(events)")
            next = end
        }
        try await connection.endChunks()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Of 100,000 numbered events each comes exactly once and in order, over hundreds of broken connections`()
        async throws
    {
        // Small buffers, so that the server does not write far ahead of what the proxy lets through.
        try await withTestServer(sendBufferSize: 8192) {
            try await Self.serve(&$0, $1)
        } _: { server in
            let proxy = ChaosProxy(to: server.port, seed: 20_261_123)
            try await withTestServer {
                try await proxy.serve(&$0, $1)
            } _: { broken in
                var policy = ReconnectionPolicy.defaults
                policy.initialDelay = .zero
                policy.multiplier = 1
                let subscription = EventStreamClient().subscription(
                    to: EventStreamRequest(url: broken.url),
                    configuration: .init(policy: policy, idleTimeout: .milliseconds(500))
                )
                var expected = 1
                var isInOrder = true
                for try await event in subscription {
                    isInOrder = isInOrder && event.data == "\(expected)" && event.id?.rawValue == event.data
                    expected += 1
                }
                #expect(isInOrder)
                #expect(expected == Self.count + 1)
                #expect(broken.requests.entries.count > 200)
            }
        }
    }
}
