internal import HTTPTypes
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// Heads of responses that are too long, or that are none.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct HeadTests {
    @available(SwiftSSE 1.0, *)
    private static func client(_ transport: TransportUnderTest) -> EventStreamClient {
        let configuration = EventStreamClient.Configuration(idleTimeout: .seconds(30))
        return switch transport {
        case .urlSession: EventStreamClient(transport: URLSessionTransport.shared, configuration: configuration)
        default: EventStreamClient(configuration: configuration)
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func headers(size: Int) -> HTTPFields {
        var headers: HTTPFields = [.contentType: "text/event-stream"]
        var number = 0
        while let name = HTTPField.Name("X-\(number)"), number * 1000 < size {
            headers[name] = String(repeating: "x", count: 1000)
            number += 1
        }
        return headers
    }

    @Test(arguments: TransportUnderTest.allCases)
    @available(SwiftSSE 1.0, *)
    func `A head of 60 KB is read, one of 70 KB is not, over every transport`(transport: TransportUnderTest)
        async throws
    {
        try await withPeer(over: transport) { request in
            var scenario = Scenario.stream("data: a\n\n")
            scenario.headers = Self.headers(size: request.path == "/events" ? 60_000 : 70_000)
            return scenario
        } _: { peer in
            let short = try await peer.client.events(of: peer.url).map(\.data)
            #expect(short == ["a"])
            let outcome = await peer.client.outcome(of: "\(peer.origin)/more")
            #expect(outcome.clientError?.code == .headTooLarge)
            #expect(outcome.clientError?.message.contains("65536") == true)
            var client = peer.client
            client.configuration.maximumHeadSize = 100_000
            let long = try await client.events(of: "\(peer.origin)/more").map(\.data)
            #expect(long == ["a"])
        }
    }

    @Test(
        arguments: [
            "HTTP/1.1 200 OK\nContent-Type: text/event-stream\n\ndata: a\n\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX-\u{1}: 1\r\n\r\n", "220 mail.example.com ESMTP\r\n", "HTTP/9.9.9 200 OK\r\n\r\n",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `What is no head of HTTP is told in words, and tried again by a subscription`(head: String) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(head)
            await connection.waitForClose()
        } _: { server in
            let error = try await clientError { _ = try await Self.client(.asyncHTTPClient).events(of: server.url) }
            #expect(error.code == .invalidResponse, "\(error)")
            #expect(error.message.hasPrefix("The server's answer is not an HTTP response: "))
            #expect(!error.message.contains("http_parser") && !error.message.contains("unknown"), "\(error)")
            #expect(ReconnectionPolicy.defaults.decision(on: ConnectionEnd(error: error, wasOpen: false)) == .reconnect)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A field that is longer than the transport takes has the same error`() async throws {
        try await withTestServer { connection, _ in
            let field = "X-Long: \(String(repeating: "x", count: 100_000))"
            try await connection.send(Head.stream(field, "Connection: close"))
        } _: { server in
            let error = try await clientError { _ = try await Self.client(.asyncHTTPClient).events(of: server.url) }
            #expect(error.code == .headTooLarge)
        }
    }
}
