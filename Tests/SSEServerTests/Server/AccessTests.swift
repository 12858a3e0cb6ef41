internal import CoreMetrics
internal import MetricsTestKit
internal import NIOCore
internal import NIOHTTP1
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// What a server counts and tells of its requests.
@Suite(.timeLimit(.minutes(3)))
struct AccessTests {
    @available(SwiftSSE 1.0, *)
    @Test func `Each answer is told once, with its bytes, also those after it on the connection`() async throws {
        let log = Log<AccessRecord>()
        let metrics = TestMetrics()
        try await withHTTPServer(metrics: metrics, access: log) { server in
            try await RawConnection.withConnection(to: server.port) { client in
                _ = try await client.exchange(request("GET /page"))
                _ = try await client.exchange(request("POST /later", body: "abc"))
                try await client.send(request("HEAD /page"))
                _ = try await client.readHead()
            }
            var records: [AccessRecord] = []
            for _ in 0..<3 { records.append(try #require(await log.next())) }
            #expect(records.map(\.head.uri) == ["/page", "/later", "/page"])
            #expect(records.map(\.bytes) == [16 * 1024, 3, 0])
            #expect(records.allSatisfy { $0.status == .ok && $0.streamEnd == nil && $0.duration >= .zero })
            #expect(records.allSatisfy { $0.clientAddress == "127.0.0.1" })
            try #expect(metrics.expectCounter("sse_http_responses_total", [("status", "200")]).totalValue == 3)
            try #expect(metrics.expectCounter("sse_http_connections_accepted_total").totalValue == 1)
            try await waitUntil { try metrics.expectMeter("sse_http_connections").lastValue == 0 }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream is told when it is over, with its bytes and why`() async throws {
        let log = Log<AccessRecord>()
        let metrics = TestMetrics()
        try await withHTTPServer(metrics: metrics, access: log) { server in
            try await RawConnection.withConnection(to: server.port) { client in
                _ = try await client.subscribe()
                try await server.waitForStreams(1)
                try await server.publish("hello")
                _ = try await client.read(through: "data: hello\n\n\r\n")
            }
            let position = chunk("id: \(EventPosition(epoch: server.broker.bounds.epoch, sequence: 0).wireID)\n\n")
            let record = try #require(await log.next())
            #expect(record.head.uri == "/events" && record.status == .ok && record.streamEnd == .client)
            #expect(record.bytes > "data: hello\n\n".utf8.count)
            try await waitUntil {
                try metrics.expectCounter("sse_stream_ends_total", [("reason", "client")]).totalValue == 1
            }
            try #expect(
                metrics.expectCounter("sse_stream_bytes_total").totalValue == Int64(record.bytes + position.utf8.count)
            )
            try #expect(metrics.expectCounter("sse_http_responses_total", [("status", "200")]).totalValue == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is no request is told as such`() async throws {
        let log = Log<AccessRecord>()
        try await withHTTPServer(access: log) { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send("this is not HTTP\r\n\r\n")
                _ = try await client.readHead()
            }
            let record = try #require(await log.next())
            #expect(record.status == .badRequest && record.head.uri == "-" && record.head.method.rawValue == "-")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Connections too many are counted by reason`() async throws {
        let metrics = TestMetrics()
        try await withHTTPServer(metrics: metrics) {
            $0.maximumConnectionsPerAddress = 1
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { first in
                _ = try await first.exchange(request("GET /"))
                try await RawConnection.withConnection(to: server.port) { second in
                    let response = try await second.exchange(request("GET /"))
                    #expect(response.status == "HTTP/1.1 429 Too Many Requests")
                }
            }
            try #expect(
                metrics.expectCounter("sse_http_connections_refused_total", [("reason", "address")]).totalValue == 1
            )
            try #expect(metrics.expectCounter("sse_http_responses_total", [("status", "429")]).totalValue == 1)
            try #expect(metrics.expectCounter("sse_http_connections_accepted_total").totalValue == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who takes nothing is counted as cut off by the deadline`() async throws {
        var fanOut = FanOutConfiguration.defaults
        fanOut.writeTimeout = .seconds(1)
        let log = Log<AccessRecord>()
        let metrics = TestMetrics()
        try await withHTTPServer(fanOut: fanOut, metrics: metrics, access: log) { server in
            try await RawConnection.withConnection(to: server.port, receiveBufferSize: 4096) { stalled in
                try await stalled.send(request("GET /events"))
                try await server.waitForStreams(1)
                let data = String(repeating: "x", count: 512 * 1024)
                for _ in 0..<64 where server.broker.subscriptionCount == 1 { try await server.publish(data) }
                let record = try #require(await log.next())
                #expect(record.streamEnd == .writeTimeout)
            }
            let ends = [("reason", "write_timeout")]
            try await waitUntil { try metrics.expectCounter("sse_stream_ends_total", ends).totalValue == 1 }
            try #expect(metrics.expectCounter("sse_stream_blocked_total").totalValue >= 1)
        }
    }
}
