internal import NIOCore
internal import NIOEmbedded
internal import NIOHTTP1
internal import SSEBroker
internal import SSETestSupport
internal import Testing

@testable internal import SSEHTTPServer
@testable internal import SSEServer

/// Clients that are slow, on purpose or not.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct DeadlineTests {
    // MARK: With a clock moved by hand

    @available(SwiftSSE 1.0, *)
    private struct Connection {
        let channel: EmbeddedChannel
        let deadlines: DeadlineList

        init() throws {
            let fanOut = FanOut(Broker())
            let answers = TestAnswers()
            let server = HTTPServer(ServerConfiguration(), fanOut) { answers.answer($0, fanOut) }
            self.channel = EmbeddedChannel()
            self.deadlines = DeadlineList(self.channel.embeddedEventLoop)
            let handler = HTTPConnectionHandler(server, self.deadlines, connection: ConnectionOrigin())
            try self.channel.pipeline.syncOperations.addHandler(handler)
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func begin(_ method: HTTPMethod = .GET) throws {
            let head = HTTPRequestHead(version: .http1_1, method: method, uri: "/", headers: ["Host": "a"])
            try self.channel.writeInbound(HTTPServerRequestPart.head(head))
        }

        func end() throws { try self.channel.writeInbound(HTTPServerRequestPart.end(nil)) }

        func advance(_ amount: TimeAmount) { self.channel.embeddedEventLoop.advanceTime(by: amount) }

        /// The status of the next response.
        func status() throws -> HTTPResponseStatus? {
            while let part = try self.channel.readOutbound(as: HTTPServerResponsePart.self) {
                if case .head(let head) = part { return head.status }
            }
            return nil
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A connection without a request is closed after the request timeout`() throws {
        let connection = try Connection()
        connection.advance(.milliseconds(9_900))
        #expect(connection.channel.isActive)
        connection.advance(.milliseconds(400))
        #expect(!connection.channel.isActive)
        #expect(connection.deadlines.count == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A first request has to be whole by then, and is answered with 408 if not`() throws {
        let connection = try Connection()
        connection.advance(.seconds(8))
        try connection.begin(.POST)
        connection.advance(.milliseconds(1_900))
        #expect(try connection.status() == nil)
        connection.advance(.milliseconds(400))
        #expect(try connection.status() == .requestTimeout)
        // The whole of it, since an embedded channel has no halves.
        #expect(!connection.channel.isActive)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An idle connection is kept for the next request, which has the request timeout for itself`() throws {
        let connection = try Connection()
        for _ in 0..<3 {
            try connection.begin()
            try connection.end()
            #expect(try connection.status() == .ok)
            connection.advance(.milliseconds(74_900))
            #expect(connection.channel.isActive)
            #expect(connection.deadlines.count == 1)
        }
        try connection.begin(.POST)
        connection.advance(.milliseconds(9_900))
        #expect(try connection.status() == nil)
        connection.advance(.milliseconds(400))
        #expect(try connection.status() == .requestTimeout)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An idle connection is closed in the end`() throws {
        let connection = try Connection()
        try connection.begin()
        try connection.end()
        connection.advance(.milliseconds(75_300))
        #expect(!connection.channel.isActive)
        #expect(connection.deadlines.count == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Nothing is left in the list of a connection that has been closed`() throws {
        let connection = try Connection()
        #expect(connection.deadlines.count == 1)
        try connection.channel.close().wait()
        connection.channel.embeddedEventLoop.run()
        #expect(connection.deadlines.count == 0)
        connection.advance(.seconds(100))
    }

    // MARK: Over sockets

    @available(SwiftSSE 1.0, *)
    @Test func `A thousand connections that send a byte now and then are closed, and others are served meanwhile`()
        async throws
    {
        try await withHTTPServer { configuration in
            // Long enough for those who ask at once, on a busy machine.
            configuration.requestTimeout = .seconds(5)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { subscriber in
                _ = try await subscriber.subscribe()
                let connected = Log<Void>()
                try await withThrowingTaskGroup { group in
                    for _ in 0..<1000 {
                        group.addTask {
                            try await RawConnection.withConnection(to: server.port) { client in
                                connected.append(())
                                // Cut by the deadline at some byte. The sleep is what the client does.
                                for byte in request("GET /events", ["X: \(String(repeating: "x", count: 1000))"]) {
                                    guard await thrownError({ try await client.send(String(byte)) }) == nil else {
                                        break
                                    }
                                    try? await Task.sleep(for: .milliseconds(200))
                                }
                                let rest = try await client.readToEnd()
                                #expect(rest == "")
                            }
                        }
                    }
                    try await connected.wait(forCount: 1000)
                    for number in 0..<50 {
                        try await server.publish("\(number)")
                        _ = try await subscriber.read(through: "data: \(number)\n\n")
                    }
                    try await RawConnection.withConnection(to: server.port) { client in
                        let response = try await client.exchange(request("GET /a"))
                        #expect(response.body == "GET /a ")
                    }
                    try await group.waitForAll()
                }
                try await server.waitForConnections(1)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A body that does not come is not waited for`() async throws {
        // Long enough for a client on a busy machine to send what it has.
        try await withHTTPServer { configuration in
            configuration.requestTimeout = .seconds(5)
        } _: { server in
            try await RawConnection.withConnection(to: server.port) { client in
                let response = try await client.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nbody")
                #expect(response.status == "HTTP/1.1 408 Request Timeout")
                #expect(try await client.readToEnd() == "")
            }
        }
    }
}
