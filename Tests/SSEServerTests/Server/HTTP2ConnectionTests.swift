internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import SSEBroker
internal import SSETestSupport
internal import ServiceLifecycle
internal import ServiceLifecycleTestKit
internal import Testing

@testable internal import SSEHTTPServer
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
    @Test func `A ping is answered`() async throws {
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
    @Test func `A stream that is refused before it has begun keeps no connection open`() async throws {
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
    @Test func `A connection that sends no request is closed after the request timeout`() async throws {
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
    @Test func `A connection without streams is closed in the end, one with a stream is not`() async throws {
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
    @Test func `Who closes its half of the connection has left`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(bytes: Self.preface)
                try await client.closeOutput()
                _ = try await client.readToEnd()
            }
            try await server.waitForConnections(0)
        }
    }

    // MARK: Clients that read nothing

    /// Asks for a stream of events and so many pages that no socket holds them, and lets the server send as much as it
    /// likes.
    ///
    /// Not before the server has said how many streams there may be, which counts once that is acknowledged (RFC 9113,
    /// section 6.5.3): until then a hundredth one ends the connection.
    @available(SwiftSSE 1.0, *)
    private static func askForMuch(_ client: inout RawConnection) async throws {
        func headers(_ path: String, stream: Int) -> [UInt8] {
            let block = [0x82, 0x86, 0x04, UInt8(path.utf8.count)] + path.utf8 + [0x01, 0x09] + "localhost".utf8
            return [0, 0, UInt8(block.count), 1, 5, 0, 0, UInt8(stream >> 8), UInt8(stream & 0xFF)] + block
        }
        let windows: [UInt8] =
            [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0x7F, 0xFF, 0xFF, 0xFF] + [0, 0, 4, 8, 0, 0, 0, 0, 0, 0x7F, 0, 0, 0]
        try await client.send(bytes: self.preface + windows)
        _ = try await client.read(byteCount: 9)
        let acknowledgement: [UInt8] = [0, 0, 0, 4, 1, 0, 0, 0, 0]
        let pages = (1...600).flatMap { headers("/page", stream: 2 * $0 + 1) }
        try await client.send(bytes: acknowledgement + headers("/events", stream: 1) + pages)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client that takes nothing of what is written is closed, with all its streams`() async throws {
        var fanOut = FanOutConfiguration.patient
        fanOut.writeTimeout = .seconds(1)
        try await withHTTPServer(fanOut: fanOut) {
            $0.requestTimeout = .seconds(1)
        } _: { server in
            try await RawConnection.withConnection(to: server.port, receiveBufferSize: 4096) { client in
                try await Self.askForMuch(&client)
                try await server.waitForConnections(1)
                // It stays, and so does its system, which tells ours that it is alive.
                try await server.waitForConnections(0)
                try await server.waitForStreams(0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client that takes what is written slowly is not closed, although its socket is full`() async throws {
        var fanOut = FanOutConfiguration.patient
        // Longer than a busy machine keeps the client from reading.
        fanOut.writeTimeout = .seconds(5)
        try await withHTTPServer(fanOut: fanOut) { server in
            try await RawConnection.withConnection(to: server.port, receiveBufferSize: 4096) { client in
                try await Self.askForMuch(&client)
                // For more than twice the deadline. The sleep is what the client does.
                let end = ContinuousClock.now + .seconds(11)
                while ContinuousClock.now < end {
                    _ = try await client.read(byteCount: 32 * 1024)
                    try await Task.sleep(for: .milliseconds(250))
                }
                #expect(server.server.connectionCount == 1)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: Self.brokenBytes)
    func `What is no HTTP 2 ends the connection`(bytes: [UInt8]) async throws {
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
    @Test func `A connection too many is refused on each of its streams, and not kept`() async throws {
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
                try await stream.wait { $0.events == ["1"] }
            }
        }
    }

    // MARK: Shutdown

    @available(SwiftSSE 1.0, *)
    @Test func `A shutdown says GOAWAY, ends the streams in order, and then the connection`() async throws {
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
    @Test func `A client that answers nothing does not hold up a shutdown`() async throws {
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
