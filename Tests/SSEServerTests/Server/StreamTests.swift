internal import NIOCore
internal import NIOPosix
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// Streams and what clients do to them.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct StreamTests {
    // MARK: Framing

    @available(SwiftSSE 1.0, *)
    @Test func `A stream begins with a comment and goes on with a chunk for each event`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(request("GET /events"))
                let head = try await client.readHead()
                #expect(head.statusLine == "HTTP/1.1 200 OK")
                #expect(head["Content-Type"] == ["text/event-stream"])
                #expect(head["Transfer-Encoding"] == ["chunked"])
                #expect(head["Content-Length"] == [])
                #expect(try await client.read(through: "\r\n:\n\r\n") == chunk(":\n"))
                let position = chunk("id: \(EventPosition(epoch: server.broker.bounds.epoch, sequence: 0).wireID)\n\n")
                #expect(try await client.read(byteCount: position.utf8.count) == position)
                let receipt = try await server.broker.publish(ServerSentEvent(data: "1"), to: "t")
                let event = chunk("id: \(receipt.id)\ndata: 1\n\n")
                #expect(try await client.read(byteCount: event.utf8.count) == event)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client of HTTP 1.0 gets the events as they are, until the end of the connection`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send("GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let head = try await client.readHead()
                #expect(head.statusLine == "HTTP/1.0 200 OK")
                #expect(head["Transfer-Encoding"] == [] && head["Connection"] == ["close"])
                #expect(try await client.read(byteCount: 2) == ":\n")
                let position = EventPosition(epoch: server.broker.bounds.epoch, sequence: 0).wireID
                #expect(try await client.read(through: "\n\n") == "id: \(position)\n\n")
                let receipt = try await server.broker.publish(ServerSentEvent(data: "1"), to: "t")
                let event = "id: \(receipt.id)\ndata: 1\n\n"
                #expect(try await client.read(byteCount: event.utf8.count) == event)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who asks for the head of a stream gets that and nothing else, and can ask on`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                try await client.send(request("HEAD /events"))
                let head = try await client.readHead()
                #expect(head.statusLine == "HTTP/1.1 200 OK" && head["Content-Type"] == ["text/event-stream"])
                let next = try await client.exchange(request("GET /next"))
                #expect(next.status == "HTTP/1.1 200 OK" && next.body == "GET /next ")
                try await server.waitForStreams(0)
            }
        }
    }

    // MARK: What clients send after the request

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        request("GET /other"), request("GET /other") + request("POST /third", body: "3"), "rubbish\r\n\r\n\u{0}\u{1}",
    ])
    func `What follows a stream's request is dropped`(rest: String) async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                _ = try await client.subscribe(request("GET /events") + rest)
                for number in 0..<3 {
                    try await client.send(rest)
                    let receipt = try await server.broker.publish(ServerSentEvent(data: "\(number)"), to: "t")
                    let event = chunk("id: \(receipt.id)\ndata: \(number)\n\n")
                    #expect(try await client.read(through: "\n\n\r\n").hasSuffix(event))
                }
                #expect(server.answers.count == 1)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who sends without end is cut off`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { client in
                _ = try await client.subscribe()
                let piece = String(repeating: "x", count: 8192)
                #expect(await thrownError { for _ in 0..<100_000 { try await client.send(piece) } } != nil)
                try await server.waitForConnections(0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A stream behind answers that have not been taken begins when they are`() async throws {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port, receiveBufferSize: 4096) { client in
                let count = 400
                let pages = String(repeating: request("GET /page"), count: count)
                try await client.send(pages + request("GET /events"))
                for _ in 0..<count {
                    #expect(try await client.readResponse().body.utf8.count == 16 * 1024)
                }
                #expect(try await client.readHead()["Content-Type"] == ["text/event-stream"])
                #expect(try await client.read(through: "\n\r\n") == chunk(":\n"))
                #expect(try await client.read(through: "\n\n\r\n").contains("id: #"))
                try await server.publish("1")
                #expect(try await client.read(through: "\n\n\r\n").hasSuffix("data: 1\n\n\r\n"))
            }
        }
    }

    // MARK: Leaving

    @available(SwiftSSE 1.0, *)
    @Test func `Who closes its half has left, before the stream begins or later`() async throws {
        try await withHTTPServer { server in
            for isEarly in [true, false] {
                try await RawConnection.withConnection(to: server.port) { client in
                    try await client.send(request("GET /events"))
                    if !isEarly { _ = try await client.read(through: ":\n\r\n") }
                    try await client.closeOutput()
                    _ = try await client.readToEnd()
                }
                try await server.waitForConnections(0)
                try await server.waitForStreams(0)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Clients that are reset in the middle of an event leave nothing behind, and others get everything`()
        async throws
    {
        try await withHTTPServer { server in
            try await RawConnection.withConnection(to: server.port) { other in
                _ = try await other.subscribe()
                for round in 0..<10 {
                    let client = try await ResettableClient(port: server.port)
                    try await server.waitForStreams(2)
                    // More than the client's socket takes, so that an event is cut.
                    let data = String(repeating: "x", count: 256 * 1024)
                    try await server.publish("\(round) \(data)")
                    try await client.reset()
                    try await server.publish("\(round) end")
                    _ = try await other.read(through: "data: \(round) end\n\n")
                    try await server.waitForStreams(1)
                    try await server.waitForConnections(1)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who reads nothing is cut off by the deadline, and others are served meanwhile`() async throws {
        var fanOut = FanOutConfiguration.defaults
        // Long enough for the other one to wait for its turn, on a busy machine.
        fanOut.writeTimeout = .seconds(5)
        try await withHTTPServer(fanOut: fanOut) { server in
            try await RawConnection.withConnection(to: server.port) { other in
                _ = try await other.subscribe()
                let stalled = try await ResettableClient(port: server.port)
                try await server.waitForStreams(2)
                let data = String(repeating: "x", count: 64 * 1024)
                var number = 0
                while server.broker.subscriptionCount == 2 {
                    try await server.publish("\(number) \(data)")
                    _ = try await other.read(through: "data: \(number) ")
                    number += 1
                }
                #expect(server.broker.subscriptionCount == 1)
                try await stalled.close()
            }
        }
    }
}

/// A subscriber whose socket takes little, and that reads nothing.
@available(SwiftSSE 1.0, *)
private struct ResettableClient {
    private let channel: any Channel

    init(port: Int) async throws {
        self.channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: 4096)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: port).get()
        try await self.channel.writeAndFlush(ByteBuffer(string: request("GET /events")))
    }

    /// Leaves as a process that crashes does.
    func reset() async throws {
        if let socket = self.channel as? any SocketOptionProvider {
            try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try await self.channel.close()
    }

    func close() async throws { try? await self.channel.close() }
}
