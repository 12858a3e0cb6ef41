#if AsyncHTTPClient
internal import AsyncHTTPClient
#endif
internal import HTTPTypes
#if AsyncHTTPClient
internal import NIOHTTPCompression
#endif
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Coded bodies over every transport, through streams, errors and subscriptions.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ContentCodingTransportTests {
    @available(SwiftSSE 1.0, *)
    private static func client(_ transport: TransportUnderTest) -> EventStreamClient {
        let configuration = EventStreamClient.Configuration(idleTimeout: .seconds(30))
        return switch transport {
        case .urlSession: EventStreamClient(transport: URLSessionTransport.shared, configuration: configuration)
        default: EventStreamClient(configuration: configuration)
        }
    }

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
    }

    @available(SwiftSSE 1.0, *)
    private static func head(_ status: String, _ coding: String, _ type: String = "text/event-stream") -> String {
        Head.response(
            status,
            ["Content-Type: \(type)", "Content-Encoding: \(coding)", "Transfer-Encoding: chunked", "Connection: close"]
        )
    }

    @Test(
        arguments: TransportUnderTest.overSockets,
        CodedBody.all.filter { $0.isFlushed }
    )
    @available(SwiftSSE 1.0, *)
    func `Events come one by one as the server flushes them`(transport: TransportUnderTest, body: CodedBody)
        async throws
    {
        // libcurl takes no second member, and waits for more of what has nothing around it.
        let isSpecial = body.description.contains("nothing around") || body.description.contains("member")
        guard transport != .urlSession || !isSpecial else { return }
        let hasEvent = Log<Void>()
        try await withTestServer { connection, _ in
            try await connection.send(Self.head("200 OK", "\(body.coding)"))
            for (number, piece) in body.pieces.enumerated() {
                try await connection.send(Self.chunk(piece))
                if number < 4 { await hasEvent.next() }
            }
            try await connection.endChunks()
        } _: { server in
            var numbers: [String] = []
            try await Self.client(transport).withStream(EventStreamRequest(url: server.url)) { _, events in
                for try await event in events {
                    numbers.append(event.id?.rawValue ?? "")
                    hasEvent.append(())
                }
            }
            #expect(numbers == ["0", "1", "2", "3"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A subscription reads coded streams, and goes on after one that is cut or damaged`() async throws {
        let body = try #require(CodedBody.all.first)
        try await withTestServer { connection, request in
            let id = request.fields("Last-Event-ID").first
            let end: [UInt8] = id == nil ? [] : [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
            guard id != "Last-Event-ID: 3" else {
                try await connection.send(Head.response("204 No Content", []))
                return
            }
            try await connection.send(Self.head("200 OK", "gzip"))
            // The first has only two events, and ends in the middle of its body.
            let pieces = id == nil ? body.pieces.prefix(2) : body.pieces.prefix(4)
            for piece in pieces { try await connection.send(Self.chunk(piece)) }
            if !end.isEmpty { try await connection.send(Self.chunk(end)) }
            try await connection.endChunks()
        } _: { server in
            var policy = ReconnectionPolicy.defaults
            policy.initialDelay = .zero
            policy.multiplier = 1
            let subscription = EventStreamClient.test.subscription(
                to: EventStreamRequest(url: server.url),
                configuration: .init(policy: policy)
            )
            var ids: [String] = []
            var ends: [SSEClientError.Code?] = []
            for try await update in subscription.updates {
                switch update {
                case .event(let event): ids.append(event.id?.rawValue ?? "")
                case .signal(.waiting(_, let end)): ends.append((end.error as? SSEClientError)?.code)
                case .signal: break
                }
            }
            #expect(ids == ["0", "1", "0", "1", "2", "3"])
            #expect(ends == [.connectionCut, .undecodableBody])
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `What a coded refusal says can be read`(transport: TransportUnderTest) async throws {
        let body = try #require(CodedBody.all.first)
        try await withTestServer { connection, _ in
            try await connection.send(Self.head("403 Forbidden", "gzip", "text/plain"))
            for piece in body.pieces { try await connection.send(Self.chunk(piece)) }
            try await connection.endChunks()
        } _: { server in
            let error = try await clientError { _ = try await Self.client(transport).events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.body == body.plain)
            #expect(error.refusal?.text?.hasPrefix("id: 0 data: event number 0, event number 0 again") == true)
        }
    }

    @Test(arguments: ["br", "zstd", "gzip, br", "snappy"])
    @available(SwiftSSE 1.0, *)
    func `A coding that is not known is refused by its name`(coding: String) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Self.head("200 OK", coding))
            try await connection.sendChunk("\u{1}\u{2}\u{3}")
            try await connection.endChunks()
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.message == "The response is encoded with \(coding), which this client cannot decode.")
            #expect(error.refusal?.text == nil)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A coding that the system does not know is refused by its name over URLSession`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Self.head("200 OK", "snappy"))
            try await connection.sendChunk("\u{1}\u{2}\u{3}")
            try await connection.endChunks()
        } _: { server in
            let error = try await clientError { _ = try await Self.client(.urlSession).events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.message == "The response is encoded with snappy, which this client cannot decode.")
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `What is not the coding that the head names is told apart from a cut`(transport: TransportUnderTest)
        async throws
    {
        try await withTestServer { connection, _ in
            try await connection.send(Self.head("200 OK", "gzip"))
            try await connection.send(Self.chunk([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF, 0xFF]))
            try await connection.endChunks()
        } _: { server in
            let outcome = await Self.client(transport).outcome(of: server.url)
            #expect(outcome.clientError?.code == .undecodableBody, "\(outcome)")
        }
    }

    #if AsyncHTTPClient
    @Test
    @available(SwiftSSE 1.0, *)
    func `A client of one's own that decodes gzip itself does no harm`() async throws {
        let body = try #require(CodedBody.all.first)
        try await withTestServer { connection, _ in
            try await connection.send(Self.head("200 OK", "gzip"))
            for piece in body.pieces { try await connection.send(Self.chunk(piece)) }
            try await connection.endChunks()
        } _: { server in
            var configuration = HTTPClient.Configuration.eventStreams()
            configuration.decompression = .enabled(limit: .none)
            let httpClient = HTTPClient(configuration: configuration)
            let outcome = await EventStreamClient(httpClient: httpClient).outcome(of: server.url)
            #expect(outcome.data.count == 4)
            #expect(outcome.error == nil)
            try await httpClient.shutdown()
        }
    }
    #endif

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `The request says what may come`(transport: TransportUnderTest) async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("")
        } _: { server in
            var client = Self.client(transport)
            _ = try await client.events(of: server.url)
            client.configuration.acceptedCodings = []
            _ = try await client.events(of: server.url)
            var request = EventStreamRequest(url: server.url)
            request.headers[.acceptEncoding] = "gzip;q=0.5"
            _ = await client.outcome(of: request)
            let sent = server.requests.entries.map { $0.fields("Accept-Encoding") }
            #expect(
                sent == [
                    ["Accept-Encoding: gzip, deflate"], ["Accept-Encoding: identity"],
                    ["Accept-Encoding: gzip;q=0.5"],
                ]
            )
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `A bomb is bounded by the limits of what comes out`(transport: TransportUnderTest) async throws {
        // Of 64 MiB, with what zlib has around it.
        let bomb = [0x78, 0x9C] + DeflateBomb.bytes(beginningWith: "data: x", repetitions: 260_000)
        try await withTestServer { connection, _ in
            try await connection.send(Self.head("200 OK", "deflate"))
            try await connection.send(Self.chunk(bomb))
            await connection.waitForClose()
        } _: { server in
            let outcome = await Self.client(transport).outcome(of: server.url)
            #expect((outcome.error as? ServerSentEventsError)?.code == .lineTooLong, "\(outcome)")
        }
    }
}
