internal import Foundation
internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// What only `URLSession` does, or is known to do wrong.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct URLSessionTransportTests {
    @available(SwiftSSE 1.0, *)
    private static var client: EventStreamClient {
        EventStreamClient(transport: URLSessionTransport(), configuration: .init(idleTimeout: .seconds(30)))
    }

    @Test(arguments: ["", "/events", "ftp://a/b", "http://", "http:///a", "a b"])
    @available(SwiftSSE 1.0, *)
    func `What is no http(s) URL is no request`(url: String) async throws {
        let error = try await clientError { _ = try await Self.client.events(of: url) }
        #expect(error.code == .invalidRequest)
        #expect(error.message == "'\(url)' is no http(s) URL.")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A name that is unknown is no connection`() async throws {
        let error = try await clientError { _ = try await Self.client.events(of: "http://nobody.invalid/") }
        #expect(error.code == .connectionFailed)
        #expect(error.cause != nil)
    }

    @Test(arguments: ["", "SSH-2.0 hello\r\n\r\n"])
    @available(SwiftSSE 1.0, *)
    func `A connection that ends before the head, or answers nonsense, has failed`(answer: String) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(answer)
        } _: { server in
            let error = try await clientError { _ = try await Self.client.events(of: server.url) }
            #expect(error.code == .connectionFailed)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Heads below 200 are not the response`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            try await connection.sendStream("data: 1\n\n")
        } _: { server in
            let outcome = await Self.client.outcome(of: server.url)
            #expect(outcome.data == ["1"])
            #expect(outcome.error == nil)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Fields of the same name are joined`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Head.stream("X-A: 1", "X-A: 2", "Content-Length: 0", "Connection: close"))
        } _: { server in
            var request = EventStreamRequest(url: server.url)
            let name = try #require(HTTPField.Name("X-B"))
            request.headers[values: name] = ["3", "4"]
            request.headers[values: .cookie] = ["a=b", "c=d"]
            try await Self.client.withStream(request) { response, _ in
                #expect(HTTPField.Name("X-A").flatMap { response.headers[$0] } == "1, 2")
            }
            let seen = try #require(server.requests.entries.first)
            #expect(seen.fields("X-B") == ["X-B: 3, 4"])
            #expect(seen.fields("Cookie") == ["Cookie: a=b; c=d"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Signs of life keep a stream alive`() async throws {
        let timeout = Duration.seconds(1)
        try await withTestServer { connection, _ in
            try await connection.beginStream()
            for _ in 0..<30 {
                try await connection.sendChunk(":\n")
                try await Task.sleep(for: timeout / 20)
            }
            try await connection.sendChunk("data: 1\n\n")
            try await connection.endChunks()
        } _: { server in
            let client = EventStreamClient(
                transport: URLSessionTransport.shared,
                configuration: .init(idleTimeout: timeout)
            )
            let isAlive = await isTrueSometimes { await client.outcome(of: server.url).data == ["1"] }
            #expect(isAlive)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Silence before the head is silence, also below a second`() async throws {
        try await withTestServer { connection, _ in
            await connection.waitForClose()
        } _: { server in
            let client = EventStreamClient(
                transport: URLSessionTransport.shared,
                configuration: .init(idleTimeout: .milliseconds(300))
            )
            let outcome = await client.outcome(of: server.url)
            #expect(outcome.clientError?.code == .idleTimeout)
        }
    }

    @Test(arguments: [nil, Duration.seconds(Int64.max)])
    @available(SwiftSSE 1.0, *)
    func `Without a timeout, and with one that is longer than any life`(timeout: Duration?) async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: 1\n\n")
        } _: { server in
            let client = EventStreamClient(
                transport: URLSessionTransport.shared,
                configuration: .init(idleTimeout: timeout)
            )
            let outcome = await client.outcome(of: server.url)
            #expect(outcome.data == ["1"])
            #expect(outcome.error == nil)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Many streams are open at once`() async throws {
        let count = 50
        let isOpen = Log<Void>()
        let go = (0..<count).map { _ in Log<Void>() }
        try await withTestServer { connection, request in
            try await connection.beginStream("data: \(request.path)\n\n")
            if let number = Int(request.path.dropFirst()) { await go[number].next() }
            try await connection.endChunks()
        } _: { server in
            let client = Self.client
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    let request = EventStreamRequest(url: "\(server.origin)/\(number)")
                    group.addTask {
                        try await client.withStream(request) { _, events in
                            for try await event in events {
                                #expect(event.data == "/\(number)")
                                isOpen.append(())
                            }
                        }
                    }
                }
                for _ in 0..<count { await isOpen.next() }
                for log in go { log.append(()) }
                try await group.waitForAll()
            }
        }
    }

    #if canImport(FoundationNetworking)
    @Test
    @available(SwiftSSE 1.0, *)
    func `A reader that never comes ends the stream before the memory is full`() async throws {
        let event = "data: \(String(repeating: "x", count: 1_000_000))\n\n"
        let closes = Log<Void>()
        try await withTestServer { connection, _ in
            defer { closes.append(()) }
            try await connection.beginStream()
            // The client leaves long before the end.
            for _ in 0..<1000 { try await connection.sendChunk(event) }
        } _: { server in
            var received = 0
            let error = try await clientError {
                try await Self.client.withStream(EventStreamRequest(url: server.url)) { _, events in
                    await closes.next()
                    for try await event in events { received += event.data.utf8.count }
                }
            }
            #expect(error.code == .connectionCut)
            #expect(error.message.hasPrefix("The reader was too slow: "))
            #expect(received > 60_000_000)
            #expect(received < 100_000_000)
        }
    }
    #endif
}
