internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// The end of a stream, and what only looks like it.
@Suite(.timeLimit(.minutes(3)))
struct StreamEndTests {
    @available(SwiftSSE 1.0, *)
    private func outcome(_ script: @escaping TestServer.Script) async throws -> StreamOutcome {
        try await withTestServer(script) { server in
            let outcome = await EventStreamClient.test.outcome(of: server.url)
            #expect(server.requests.entries.count == 1, "A one-shot request is never sent again.")
            return outcome
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The last chunk is the end`() async throws {
        let outcome = try await self.outcome { connection, _ in
            try await connection.beginStream("data: 1\n\n")
            try await connection.endChunks()
        }
        #expect(outcome.data == ["1"])
        #expect(outcome.error == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `All bytes that were announced are the end, whatever follows`() async throws {
        let outcome = try await self.outcome { connection, _ in
            try await connection.send(Head.stream("Content-Length: 9") + "data: 1\n\n")
            try await connection.reset()
        }
        #expect(outcome.data == ["1"])
        #expect(outcome.error == nil)
    }

    @Test(arguments: ["1.1", "1.0"])
    @available(SwiftSSE 1.0, *)
    func `The end of the connection is the end if nothing else was announced`(version: String) async throws {
        let outcome = try await self.outcome { connection, _ in
            let fields = ["Content-Type: text/event-stream"]
            let head = Head.response("200 OK", fields).replacing("HTTP/1.1", with: "HTTP/\(version)")
            try await connection.send(head + "data: 1\n\n")
        }
        #expect(outcome.data == ["1"])
        #expect(outcome.error == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An empty body is a stream without events`() async throws {
        let outcome = try await self.outcome { connection, _ in try await connection.sendStream("") }
        #expect(outcome.data == [])
        #expect(outcome.error == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An unfinished event at the end is none`() async throws {
        let outcome = try await self.outcome { connection, _ in
            try await connection.sendStream("data: 1\n\nid: 9\nevent: x\ndata: lost\n")
        }
        #expect(outcome.data == ["1"])
        #expect(outcome.error == nil)
    }

    @Test(arguments: ["", "5\r\ndat", "40\r\ndata: 2\n\n", "40"])
    @available(SwiftSSE 1.0, *)
    func `A chunked body without its last chunk was cut`(rest: String) async throws {
        let outcome = try await self.outcome { connection, _ in
            try await connection.beginStream("data: 1\n\n")
            try await connection.send(rest)
        }
        #expect(outcome.data.first == "1")
        #expect(outcome.clientError?.code == .connectionCut)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body shorter than announced was cut`() async throws {
        let outcome = try await self.outcome { connection, _ in
            try await connection.send(Head.stream("Content-Length: 1000") + "data: 1\n\n")
        }
        #expect(outcome.data == ["1"])
        #expect(outcome.clientError?.code == .connectionCut)
        #expect(outcome.clientError?.cause != nil)
    }

    @Test(arguments: ["Transfer-Encoding: chunked", "Connection: close", "Content-Length: 1000"])
    @available(SwiftSSE 1.0, *)
    func `A reset is a cut`(framing: String) async throws {
        let hasEvent = Log<Void>()
        try await withTestServer { connection, _ in
            try await connection.send(Head.stream(framing))
            if framing.hasSuffix("chunked") {
                try await connection.sendChunk("data: 1\n\n")
            } else {
                try await connection.send("data: 1\n\n")
            }
            // A reset drops what the client has not read yet.
            await hasEvent.next()
            try await connection.reset()
        } _: { server in
            var data: [String] = []
            let error = try await clientError {
                try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                    for try await event in events {
                        data.append(event.data)
                        hasEvent.append(())
                    }
                }
            }
            #expect(data == ["1"])
            #expect(error.code == .connectionCut)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Bytes that are no chunks are a cut`() async throws {
        let outcome = try await self.outcome { connection, _ in
            try await connection.beginStream()
            try await connection.send("nonsense\r\n")
            await connection.waitForClose()
        }
        #expect(outcome.clientError?.code == .connectionCut)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A new loop after the end finds nothing more`() async throws {
        try await withTestServer { connection, request in
            try await connection.beginStream("data: 1\n\n")
            if request.path == "/end" { try await connection.endChunks() }
        } _: { server in
            for path in ["/end", "/cut"] {
                try await EventStreamClient.test.withStream(EventStreamRequest(url: server.origin + path)) {
                    _,
                    events in
                    var iterator = events.makeAsyncIterator()
                    let first = try await iterator.next()
                    #expect(first?.data == "1")
                    if path == "/end" {
                        let end = try await iterator.next()
                        #expect(end == nil)
                    } else {
                        await #expect(throws: SSEClientError.self) { try await iterator.next() }
                    }
                    let afterEnd = try? await iterator.next()
                    #expect(afterEnd == nil)
                    var second = events.makeAsyncIterator()
                    let afterAll = try? await second.next()
                    #expect(afterAll == nil)
                }
            }
        }
    }
}
