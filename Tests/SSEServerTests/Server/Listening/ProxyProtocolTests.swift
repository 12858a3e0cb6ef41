internal import MetricsTestKit
internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Connections that begin with a header of the PROXY protocol.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ProxyProtocolTests {
    @available(SwiftSSE 1.0, *)
    private static func refused(_ metrics: TestMetrics, _ reason: String) throws -> Int64 {
        try metrics.expectCounter("sse_http_connections_refused_total", [("reason", reason)]).totalValue
    }

    /// Runs a server that reads such headers from this machine.
    @available(SwiftSSE 1.0, *)
    private func withProxiedServer(
        metrics: TestMetrics = TestMetrics(),
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ test: (RunningHTTPServer) async throws -> Void
    ) async throws {
        try await withHTTPServer(metrics: metrics) { configuration in
            configuration.listeners = [ServerListener(.tcp(host: "127.0.0.1", port: 0), readsProxyHeader: true)]
            configuration.trustedProxies = ["127.0.0.1"]
            configure(&configuration)
        } _: { server in
            try await test(server)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (Array("PROXY TCP4 192.0.2.1 198.51.100.1 1000 80\r\n".utf8), "192.0.2.1"),
        (ProxyHeaderTests.binary(family: 0x21, ProxyHeaderTests.ipv6), "2001:db8::1"),
        (Array("PROXY UNKNOWN\r\n".utf8), "127.0.0.1"),
        (ProxyHeaderTests.binary(command: 0x20, family: 0, []), "127.0.0.1"),
    ])
    func `A request comes from where the header says, whatever the client says itself`(
        header: [UInt8],
        address: String
    ) async throws {
        try await self.withProxiedServer { server in
            let bytes = header + Array(request("GET /origin", ["X-Forwarded-For: 203.0.113.9"]).utf8)
            for split in [0, 1, header.count - 1, header.count, header.count + 1, bytes.count] {
                try await RawConnection.withConnection(to: server.port) { client in
                    if split > 0 { try await client.send(bytes: Array(bytes[..<split])) }
                    if split < bytes.count { try await client.send(bytes: Array(bytes[split...])) }
                    let response = try await client.readResponse()
                    #expect(response.body == "\(address) plain")
                }
            }
            // HTTP/2 by prior knowledge begins behind the header as well.
            try await HTTP2Client.with(port: server.port, header: header) { client in
                let response = try await client.exchange(.GET, "/origin", ["X-Forwarded-For": "203.0.113.9"])
                #expect(response.body == "\(address) plain")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A proxy of HTTP behind one that hands bytes on is believed by its own address`() async throws {
        try await self.withProxiedServer {
            $0.trustedProxies.append("10.0.0.0/8")
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send("PROXY TCP4 10.1.2.3 198.51.100.1 1000 80\r\n")
                let response = try await client.exchange(request("GET /origin", ["X-Forwarded-For: 192.0.2.7"]))
                #expect(response.body == "192.0.2.7 plain")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Connections count by the header's address`() async throws {
        try await self.withProxiedServer {
            $0.maximumConnectionsPerAddress = 1
        } _: { server in
            func header(_ address: String) -> String { "PROXY TCP4 \(address) 198.51.100.1 1000 80\r\n" }
            try await RawConnection.withConnection(to: server.port) { first in
                _ = try await first.subscribe(header("192.0.2.1") + request("GET /events"))
                try await RawConnection.withConnection(to: server.port) { second in
                    let response = try await second.exchange(header("192.0.2.1") + request("GET /a"))
                    #expect(response.status == "HTTP/1.1 429 Too Many Requests")
                }
                try await RawConnection.withConnection(to: server.port) { other in
                    let response = try await other.exchange(header("192.0.2.2") + request("GET /a"))
                    #expect(response.status == "HTTP/1.1 200 OK")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `TLS begins behind the header`() async throws {
        let header = Array("PROXY TCP4 192.0.2.1 198.51.100.1 1000 80\r\n".utf8)
        try await TestCertificate.with { certificate in
            try await self.withProxiedServer {
                $0.tls = certificate.server
            } _: { server in
                let context = try certificate.client()
                try await RawConnection.withTLS(to: server.port, context, header: header) { client in
                    let response = try await client.exchange(request("GET /origin"))
                    #expect(response.body == "192.0.2.1 secure")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["GET /origin HTTP/1.1\r\n", "PROXY TCP4 192.0.2.1\r\n", "\r\n\r\n\0\r\nQUIX"])
    func `A connection that begins with something else is closed and counted`(start: String) async throws {
        let metrics = TestMetrics()
        try await self.withProxiedServer(metrics: metrics) { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(start)
                #expect(try await client.readToEnd() == "")
            }
            try await waitUntil { try Self.refused(metrics, "proxy_header") == 1 }
            #expect(server.answers.count == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A header that does not come in time ends the connection, and one without a word is not counted`()
        async throws
    {
        let metrics = TestMetrics()
        try await self.withProxiedServer(metrics: metrics) {
            $0.requestTimeout = .milliseconds(300)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.closeOutput()
                #expect(try await client.readToEnd() == "")
            }
            try #expect(Self.refused(metrics, "proxy_header") == 0)
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send("PROXY TCP4 192")
                #expect(try await client.readToEnd() == "")
            }
            try await waitUntil { try Self.refused(metrics, "proxy_header") == 1 }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who is not trusted is not listened to, with a header or without`() async throws {
        let metrics = TestMetrics()
        try await self.withProxiedServer(metrics: metrics) {
            $0.trustedProxies = ["192.0.2.1"]
        } _: { server in
            for start in ["PROXY TCP4 192.0.2.1 198.51.100.1 1000 80\r\n", ""] {
                try await RawConnection.withConnection(to: server.port) { (client) async throws in
                    // It may be closed before this.
                    try? await client.send(start + request("GET /origin"))
                    #expect(try await client.readToEnd() == "")
                }
            }
            try await waitUntil { try Self.refused(metrics, "proxy_source") == 2 }
            #expect(server.answers.count == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A server that reads headers and trusts nobody does not listen`() async throws {
        var configuration = ServerConfiguration()
        configuration.listeners = [ServerListener(.tcp(host: "127.0.0.1", port: 0), readsProxyHeader: true)]
        let error = #expect(throws: ServerConfigurationError.self) { try configuration.validate() }
        #expect(error?.code == .nobodyTrusted)
        configuration.trustedProxies = ["unix"]
        #expect(throws: Never.self) { try configuration.validate() }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `No more connections wait for their header than there are places`() {
        let count = ConnectionCount(maximum: 2, maximumPerAddress: nil)
        #expect(count.beginAnnouncement() && count.beginAnnouncement() && !count.beginAnnouncement())
        count.endAnnouncement()
        #expect(count.beginAnnouncement())
        // They have no place yet.
        #expect(count.current == 0 && count.insert(nil) == .accepted)
    }
}
