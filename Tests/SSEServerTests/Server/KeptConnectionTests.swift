internal import MetricsTestKit
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import SSEBroker
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// How long connections are kept, and what clients are told of it.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct KeptConnectionTests {
    /// How long a connection stays, and what is told of it.
    private static let times: [(Duration, String?)] = [
        (.seconds(75), "timeout=74"), (.milliseconds(3_500), "timeout=2"), (.seconds(2), "timeout=1"),
        (.milliseconds(1_900), nil), (.seconds(1 << 62), "timeout=999999999"),
    ]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.times)
    func `A response tells how long its connection stays, a second less than it does`(
        timeout: Duration,
        field: String?
    ) async throws {
        try await withHTTPServer {
            $0.keepAliveTimeout = timeout
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                for version in ["1.1", "1.0"] {
                    let response = try await client.exchange(
                        "GET /a HTTP/\(version)\r\nHost: a\r\nConnection: keep-alive\r\n\r\n"
                    )
                    #expect(response.head["Keep-Alive"] == [field].compactMap(\.self))
                    #expect(response.head["Connection"] == (field == nil && version == "1.1" ? [] : ["keep-alive"]))
                }
                let last = try await client.exchange(request("GET /a", ["Connection: close"]))
                #expect(last.head["Keep-Alive"] == [] && last.head["Connection"] == ["close"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Without a time each response ends its connection, and says so`() async throws {
        try await withHTTPServer {
            $0.keepAliveTimeout = .zero
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let response = try await client.exchange(request("GET /a"))
                #expect(response.head["Connection"] == ["close"] && response.head["Keep-Alive"] == [])
                #expect(try await client.readToEnd() == "")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream's response says that the connection ends with it`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let head = try await client.subscribe()
                #expect(head["Connection"] == ["close"] && head["Keep-Alive"] == [])
                #expect(head["Transfer-Encoding"] == ["chunked"])
            }
        }
    }

    // MARK: A full server

    @available(SwiftSSE 1.0, *)
    @Test func `Some places are kept for whoever does not subscribe`() {
        #expect(ServerConfiguration.keptConnections(beyond: 1) == 8)
        #expect(ServerConfiguration.keptConnections(beyond: 1_000) == 10)
        #expect(ServerConfiguration.keptConnections(beyond: 10_000) == 64)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A full server answers requests and refuses subscribers, over HTTP 1 and 2`() async throws {
        let metrics = TestMetrics()
        try await withHTTPServer(metrics: metrics) {
            $0.maximumConnections = 1
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { first in
                _ = try await first.subscribe()
                for _ in 0..<20 {
                    try await RawConnection.withConnection(to: server.port) { client in
                        let response = try await client.exchange(request("POST /a", body: "body"))
                        #expect(response.body == "POST /a body")
                        // The place is for the next one.
                        #expect(response.head["Connection"] == ["close"])
                        #expect(try await client.readToEnd() == "")
                    }
                    // Nobody is let in by that.
                    #expect(server.server.connectionCount == 1)
                }
                try await RawConnection.withConnection(to: server.port) { client in
                    let response = try await client.exchange(request("GET /events"))
                    #expect(response.status == "HTTP/1.1 503 Service Unavailable")
                    #expect(response.head["Retry-After"] == ["5"] && response.head["Connection"] == ["close"])
                    #expect(try await client.readToEnd() == "")
                }
                try await HTTP2Client.with(port: server.port) { client in
                    let refused = try await client.exchange(.GET, "/events")
                    #expect(refused.status == .serviceUnavailable && refused.headers["Retry-After"] == ["5"])
                    try await client.channel.closeFuture.get()
                }
                try await HTTP2Client.with(port: server.port) { client in
                    #expect(try await client.exchange(.POST, "/a", body: "body").body == "POST /a body")
                    try await client.channel.closeFuture.get()
                    #expect(client.goAways.first == .noError)
                }
                #expect(server.broker.subscriptionCount == 1)
                let counter = try metrics.expectCounter("sse_http_connections_refused_total", [("reason", "total")])
                #expect(counter.totalValue == 2)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The places that are kept are bounded, and one address does not get all`() throws {
        let count = ConnectionCount(maximum: 100, maximumPerAddress: nil, kept: 8)
        for _ in 0..<100 { #expect(count.insert(nil) == .accepted) }
        // A quarter of these, though its share of all would be five.
        let greedy = try #require(IPAddress("192.0.2.1"))
        #expect(count.insert(greedy) == .kept && count.insert(greedy) == .kept)
        #expect(count.insert(greedy) == .refused(.serviceUnavailable))
        for number in 2...7 {
            let other = try #require(IPAddress("192.0.2.\(number)"))
            #expect(count.insert(other) == .kept)
        }
        #expect(count.kept == 8 && count.current == 100)
        let late = try #require(IPAddress("198.51.100.1"))
        #expect(count.insert(late) == .refused(.serviceUnavailable))
        count.remove(greedy, .kept)
        #expect(count.insert(late) == .kept)
        count.remove(late, .kept)
        #expect(count.insert(greedy) == .kept)
    }
}
