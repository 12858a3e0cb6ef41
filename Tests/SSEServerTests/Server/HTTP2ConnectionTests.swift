internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import SSEBroker
internal import SSETestSupport
internal import ServiceLifecycle
internal import ServiceLifecycleTestKit
internal import Testing

@testable internal import SSEServer

/// The life of a connection of HTTP/2.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct HTTP2ConnectionTests {
    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]

    /// What is no HTTP/2, or more than a server may be asked to hold.
    private static let brokenBytes: [[UInt8]] = {
        let piece = [UInt8](repeating: 0, count: 16_384)
        let headers: [UInt8] = [0, 0x40, 0, 1, 1, 0, 0, 0, 1] + piece
        let continuation: [UInt8] = [0, 0x40, 0, 9, 0, 0, 0, 0, 1] + piece
        return [
            Array("rubbish rubbish rubbish".utf8),
            // A frame of 16 MiB.
            [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1],
            // Data for a stream that nobody has opened.
            [0, 0, 1, 0, 0, 0, 0, 0, 1, 0],
            // A block of headers that is none.
            [0, 0, 2, 1, 5, 0, 0, 0, 1, 0xFF, 0xFF],
            // A block of headers that is longer than any server would read.
            headers + (0..<8).flatMap { _ in continuation },
        ]
    }()

    @available(SwiftSSE 1.0, *)
    @Test func `a ping is answered`() async throws {
        try await withHTTPServer { server in
            try await HTTP2Client.with(port: server.port) { client in
                let data = HTTP2PingData(withInteger: 4711)
                let ping = HTTP2Frame(streamID: .rootStream, payload: .ping(data, ack: false))
                try await client.channel.writeAndFlush(ping)
                try await waitUntil {
                    client.frames.entries.contains { if case .ping(data, ack: true) = $0 { true } else { false } }
                }
            }
        }
    }

    /// NIO tells of the end of such a stream before it tells of its beginning.
    @available(SwiftSSE 1.0, *)
    @Test func `a stream that is refused before it has begun keeps no connection open`() async throws {
        try await withHTTPServer {
            $0.requestTimeout = .seconds(1)
            $0.keepAliveTimeout = .seconds(1)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                // GET / over http, without an authority.
                try await client.send(bytes: Self.preface + [0, 0, 3, 1, 5, 0, 0, 0, 1, 0x82, 0x84, 0x86])
                _ = try await client.readToEnd()
            }
            try await server.waitForConnections(0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a connection that sends no request is closed after the request timeout`() async throws {
        try await withHTTPServer {
            $0.requestTimeout = .seconds(1)
        } _: { server in
            for bytes in [[], Array("PRI * HT".utf8), Self.preface] {
                try await RawConnection.withConnection(to: server.port) { client in
                    if !bytes.isEmpty { try await client.send(bytes: bytes) }
                    // Answers nothing that it is asked.
                    _ = try await client.readToEnd()
                }
            }
            try await server.waitForConnections(0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a connection without streams is closed in the end, one with a stream is not`() async throws {
        try await withHTTPServer {
            $0.keepAliveTimeout = .seconds(1)
        } _: { server in
            try await HTTP2Client.with(port: server.port) { busy in
                let stream = try await busy.subscribe()
                try await HTTP2Client.with(port: server.port) { idle in
                    _ = try await idle.exchange(.GET, "/a")
                    try await idle.channel.closeFuture.get()
                    #expect(idle.goAways.first == .noError)
                }
                #expect(busy.goAways == [])
                try await stream.reset()
                try await busy.channel.closeFuture.get()
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `who closes its half of the connection has left`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(bytes: Self.preface)
                try await client.closeOutput()
                _ = try await client.readToEnd()
            }
            try await server.waitForConnections(0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.brokenBytes)
    func `what is no HTTP 2 ends the connection`(bytes: [UInt8]) async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(bytes: Self.preface + bytes)
                _ = try await client.readToEnd()
            }
            try await server.waitForConnections(0)
            #expect(server.answers.count == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a connection too many is refused on each of its streams, and not kept`() async throws {
        try await withHTTPServer { configuration in
            configuration.maximumConnections = 1
            configuration.requestTimeout = .seconds(3)
        } _: { server in
            try await HTTP2Client.with(port: server.port) { first in
                let stream = try await first.subscribe()
                try await HTTP2Client.with(port: server.port) { second in
                    let response = try await second.exchange(.GET, "/events")
                    #expect(response.status == .serviceUnavailable && response.headers["Retry-After"] == ["5"])
                    #expect(response.body == "There are too many connections.\n")
                    try await second.channel.closeFuture.get()
                }
                try await server.publish("1")
                try await waitUntil { stream.response.events == ["1"] }
            }
        }
    }

    // MARK: Shutdown

    @available(SwiftSSE 1.0, *)
    @Test func `a shutdown says GOAWAY, ends the streams in order, and then the connection`() async throws {
        try await self.withShutdown { server, shutDown in
            try await HTTP2Client.with(port: server.port) { client in
                var streams: [HTTP2ClientStream] = []
                for _ in 0..<20 { streams.append(try await client.subscribe()) }
                try await server.waitForStreams(20)
                try await server.publish("last")
                shutDown()
                for stream in streams {
                    let response = try await stream.waitForEnd()
                    #expect(response.end == .inOrder && response.events == ["last"])
                    #expect(response.body.contains("retry: 1000\n"))
                }
                try await client.channel.closeFuture.get()
                #expect(client.goAways.allSatisfy { $0 == .noError } && !client.goAways.isEmpty)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `a client that answers nothing does not hold up a shutdown`() async throws {
        try await self.withShutdown { server, shutDown in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(bytes: Self.preface)
                try await waitUntil { server.server.http2Connections.count == 1 }
                shutDown()
                _ = try await client.readToEnd()
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    private func withShutdown(
        _ test: @escaping @Sendable (RunningHTTPServer, _ shutDown: @Sendable () -> Void) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.drainWindow = .milliseconds(200)
        configuration.drainRetry = .seconds(1)...(.seconds(1))
        configuration.shutdownTimeout = .seconds(5)
        let answers = TestAnswers()
        let fanOut = FanOut(Broker())
        let server = HTTPServer(configuration, fanOut) { answers.answer($0, fanOut) }
        try await testGracefulShutdown { (trigger) async throws in
            let ports = Log<Int>()
            async let end: Void = server.run { ports.append($0) }
            let port = try #require(await ports.next())
            try await test(RunningHTTPServer(server: server, answers: answers, port: port)) {
                trigger.triggerGracefulShutdown()
            }
            try await end
        }
        #expect(server.connectionCount == 0 && server.http2Connections.count == 0)
        #expect(fanOut.broker.subscriptionCount == 0)
    }
}
