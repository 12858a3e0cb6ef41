internal import SSEClient
internal import SSETestSupport
internal import Testing

/// What is sent again: a request that the server provably did not process, once.
///
/// - SeeAlso: [RFC 9113, 8.7](https://www.rfc-editor.org/rfc/rfc9113#section-8.7),
///   [RFC 9110, 9.2.2](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2)
@Suite(.timeLimit(.minutes(3)))
struct SentAgainTests {
    // MARK: HTTP/1.1

    private static let kept =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\ndata: 1\n\n"

    @Test
    @available(SwiftSSE 1.0, *)
    func `A request on a used connection that ends without a byte is sent again on another one`() async throws {
        let numbering = Numbering()
        try await withTestServer { connection, _ in
            let isFirst = numbering.next() == 1
            try await connection.send(Self.kept)
            if isFirst { _ = try await connection.readRequest() } else { await connection.waitForClose() }
        } _: { server in
            try await withHTTPClient { httpClient in
                for _ in 0..<2 {
                    let events = try await EventStreamClient.test(httpClient).events(of: server.url)
                    #expect(events.map(\.data) == ["1"])
                }
                #expect(server.requests.entries.count == 2)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After a byte of an answer it is not`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Self.kept)
            _ = try await connection.readRequest()
            try await connection.send("H")
        } _: { server in
            try await withHTTPClient { httpClient in
                let client = EventStreamClient.test(httpClient)
                let events = try await client.events(of: server.url)
                #expect(events.count == 1)
                let error = try await clientError { _ = try await client.events(of: server.url) }
                #expect(error.code == .connectionFailed)
                #expect(server.requests.entries.count == 1)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A request on a new connection is not`() async throws {
        try await withTestServer { _, _ in
        } _: { server in
            try await withHTTPClient { httpClient in
                let client = EventStreamClient.test(httpClient)
                let error = try await clientError { _ = try await client.events(of: server.url) }
                #expect(error.code == .connectionFailed)
                #expect(server.requests.entries.count == 1)
            }
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `A redirect from a server that closes after it is followed each time`(transport: TransportUnderTest)
        async throws
    {
        try await withTestServer { connection, request in
            if request.path == "/next" { return try await connection.sendStream("data: 1\n\n") }
            try await connection.send("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            let client =
                transport == .urlSession ? EventStreamClient(transport: URLSessionTransport()) : EventStreamClient.test
            for _ in 0..<100 {
                let events = try await client.events(of: server.url)
                #expect(events.map(\.data) == ["1"])
            }
            #expect(server.requests.entries.count == 200)
        }
    }

    // MARK: HTTP/2

    /// How a server does away with a request.
    enum Refusal: CaseIterable {
        case refusedStream
        case goAway
    }

    @Test(arguments: Refusal.allCases)
    @available(SwiftSSE 1.0, *)
    func `A stream that the server refuses is sent again`(refusal: Refusal) async throws {
        try await Self.withServer { connection, request, count in
            guard count == 1 else { return try await connection.sendStream("data: \(count)\n\n", on: request.stream) }
            switch refusal {
            case .refusedStream:
                try await connection.send(.reset(stream: request.stream, RawHTTP2Frame.ErrorCode.refusedStream))
            case .goAway:
                try await connection.send(.goAway(lastStream: 0))
                await connection.waitForClose()
            }
        } _: { client, server in
            let events = try await client.events(of: server.url)
            #expect(events.map(\.data) == ["2"])
            #expect(server.requests.entries.count == 2)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `So is one with a body`() async throws {
        try await Self.withServer { connection, request, count in
            let body = try await connection.nextFrame(RawHTTP2Frame.Kind.data).payload
            guard count == 1 else {
                let text = String(decoding: body, as: UTF8.self)
                return try await connection.sendStream("data: \(text)\n\n", on: request.stream)
            }
            try await connection.send(.reset(stream: request.stream, RawHTTP2Frame.ErrorCode.refusedStream))
        } _: { client, server in
            let request = EventStreamRequest(url: server.url, method: .post, body: Array("body".utf8))
            #expect(await client.outcome(of: request).data == ["body"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is refused twice has failed`() async throws {
        try await Self.withServer { connection, request, _ in
            try await connection.send(.reset(stream: request.stream, RawHTTP2Frame.ErrorCode.refusedStream))
        } _: { client, server in
            let error = try await clientError { _ = try await client.events(of: server.url) }
            #expect(error.code == .connectionFailed)
            #expect(server.requests.entries.count == 2)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that ends in another way is not sent again`() async throws {
        try await Self.withServer { connection, request, _ in
            try await connection.send(.reset(stream: request.stream, RawHTTP2Frame.ErrorCode.internalError))
        } _: { client, server in
            let error = try await clientError { _ = try await client.events(of: server.url) }
            #expect(error.message == "No connection to the server: the stream was closed with INTERNAL_ERROR.")
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Neither is one that is refused after its head`() async throws {
        try await Self.withServer { connection, request, _ in
            try await connection.beginStream("data: 1\n\n", on: request.stream)
            try await connection.send(.reset(stream: request.stream, RawHTTP2Frame.ErrorCode.refusedStream))
        } _: { client, server in
            let outcome = await client.outcome(of: server.url)
            #expect(outcome.clientError?.code == .connectionCut)
            #expect(server.requests.entries.count == 1)
        }
    }

    /// Runs a server whose script gets each request with its number.
    @available(SwiftSSE 1.0, *)
    private static func withServer(
        _ answer:
            @escaping @Sendable (inout HTTP2TestConnection, HTTP2TestConnection.Request, Int) async throws -> Void,
        _ body: (EventStreamClient, HTTP2TestServer) async throws -> Void
    ) async throws {
        let numbering = Numbering()
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                while true {
                    let request = try await connection.nextRequest()
                    try await answer(&connection, request, numbering.next())
                }
            } _: { server in
                try await withHTTPClient(trusting: certificate) { try await body(.test($0), server) }
            }
        }
    }
}
