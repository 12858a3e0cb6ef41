internal import SSEClient
internal import Synchronization
internal import SSETestSupport
internal import Testing

/// A consumer that is slow slows the socket.
@Suite(.timeLimit(.minutes(3)))
struct BackPressureTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A server whose events nobody takes can send little of them, and all of them once somebody does`() async throws
    {
        let blockSize = 10_000
        let count = 4000
        let sent = Counter()
        try await withTestServer(sendBufferSize: 64 * 1024) { connection, _ in
            try await connection.beginStream()
            let data = String(repeating: "x", count: blockSize)
            for _ in 0..<count {
                try await connection.sendChunk("data: \(data)\n\n")
                sent.add(blockSize)
            }
            try await connection.endChunks()
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                let stalledAt = try await Self.valueAtRest(of: sent)
                #expect(stalledAt > 0)
                #expect(stalledAt < 8_000_000, "\(stalledAt) bytes went out although nobody read.")
                var received = 0
                for try await event in events { received += event.data.utf8.count }
                #expect(received == blockSize * count)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A consumer that stops within a stream stops the server`() async throws {
        let blockSize = 10_000
        let sent = Counter()
        try await withTestServer(sendBufferSize: 64 * 1024) { connection, _ in
            try await connection.beginStream()
            let data = String(repeating: "x", count: blockSize)
            while true {
                try await connection.sendChunk("data: \(data)\n\n")
                sent.add(blockSize)
            }
        } _: { server in
            try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                var received = 0
                for try await event in events {
                    received += event.data.utf8.count
                    if received == 100 * blockSize { break }
                }
                let stalledAt = try await Self.valueAtRest(of: sent)
                #expect(
                    stalledAt - received < 12_000_000,
                    "\(stalledAt) bytes went out, \(received) of them were read."
                )
            }
        }
    }

    /// The counter's value when it has not changed for a while; that nothing happens cannot be seen sooner.
    @available(SwiftSSE 1.0, *)
    private static func valueAtRest(of counter: Counter) async throws -> Int {
        var last = -1
        // Where nothing holds the server back, the test is to fail before the memory is full.
        while (last != counter.value || last == 0) && last < 100_000_000 {
            last = counter.value
            try await Task.sleep(for: .milliseconds(300))
        }
        return last
    }
}

@available(SwiftSSE 1.0, *)
private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { self.count.withLock { $0 } }

    func add(_ amount: Int) { self.count.withLock { $0 += amount } }
}
