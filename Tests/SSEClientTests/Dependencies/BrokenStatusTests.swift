internal import SSEClient
internal import SSETestSupport
internal import Testing

/// Statuses that end the process in AsyncHTTPClient, in NIO or in swift-nio-http2.
///
/// - SeeAlso: [RFC 9110, 15](https://www.rfc-editor.org/rfc/rfc9110#section-15)
@Suite(.timeLimit(.minutes(3)))
struct BrokenStatusTests {
    private static let lines = ["000 No", "001 No", "099 No", "-1 No", "1000 No", " No", "abc No"]

    @available(SwiftSSE 1.0, *)
    private static func client(_ transport: TransportUnderTest) -> EventStreamClient {
        transport == .urlSession ? EventStreamClient(transport: URLSessionTransport()) : .test
    }

    @Test(
        arguments: TransportUnderTest.overSockets,
        Self.lines
    )
    @available(SwiftSSE 1.0, *)
    func `A status of HTTP/1.1 that is none is a broken answer`(transport: TransportUnderTest, line: String)
        async throws
    {
        try await withTestServer { connection, _ in
            try await connection.send("HTTP/1.1 \(line)\r\nContent-Length: 12\r\n\r\ndata: no\n\n\n\n")
        } _: { server in
            let error = try await clientError { _ = try await Self.client(transport).events(of: server.url) }
            #expect(error.code == transport.codeOfBrokenResponse)
        }
    }

    @Test(arguments: TransportUnderTest.overSockets, ["000", "099"])
    @available(SwiftSSE 1.0, *)
    func `The same after one that announces it`(transport: TransportUnderTest, status: String) async throws {
        try await withTestServer { connection, _ in
            try await connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            let error = try await clientError { _ = try await Self.client(transport).events(of: server.url) }
            #expect(error.code == transport.codeOfBrokenResponse)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The message says what is wrong`() async throws {
        try await withTestServer { connection, _ in
            try await connection.send("HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n")
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.message == "The server's answer is not an HTTP response: its status is 99.")
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `So is that of whoever a redirect leads to`(transport: TransportUnderTest) async throws {
        try await withTestServer { connection, request in
            let fields = ["Location: /next", "Content-Length: 0", "Connection: close"]
            try await connection.send(
                request.path == "/next"
                    ? "HTTP/1.1 001 No\r\nContent-Length: 0\r\n\r\n" : Head.response("302 Found", fields)
            )
        } _: { server in
            let error = try await clientError { _ = try await Self.client(transport).events(of: server.url) }
            #expect(error.code == transport.codeOfBrokenResponse)
        }
    }

    @Test(arguments: TransportUnderTest.overSockets)
    @available(SwiftSSE 1.0, *)
    func `A subscription tries again`(transport: TransportUnderTest) async throws {
        let counter = Numbering()
        try await withTestServer { connection, _ in
            if counter.next() == 1 {
                try await connection.send("HTTP/1.1 099 No\r\nContent-Length: 0\r\n\r\n")
            } else {
                try await connection.sendStream("data: 1\n\n")
            }
        } _: { server in
            let data = try await Self.client(transport).promptSubscription(to: server.url).data(1)
            #expect(data == ["1"])
        }
    }

    // MARK: HTTP/2

    private static let values = [
        "-1", "0", "00", "99", "099", "", "abc", "1000", "2", "20", "2000", "+200", "101", "٢٠٠",
    ]

    @Test(arguments: Self.values, [true, false])
    @available(SwiftSSE 1.0, *)
    func `A status of HTTP/2 that is none is a broken answer`(value: String, endsStream: Bool) async throws {
        let error = try await Self.error { connection, stream in
            try await connection.send(.headers([(":status", value)], stream: stream, endsStream: endsStream))
            if !endsStream { try await connection.send(.data("data: no\n\n", stream: stream, endsStream: true)) }
            await connection.waitForClose()
        }
        #expect(error.code == .invalidResponse)
        #expect(error.message.contains("The server's answer is not an HTTP response: its status is"))
    }

    @Test(arguments: Disorder.all)
    @available(SwiftSSE 1.0, *)
    func `A response of HTTP/2 in an order that is none is a broken answer`(disorder: Disorder) async throws {
        let error = try await Self.error { connection, stream in
            for frame in disorder.frames(stream) { try await connection.send(frame) }
            await connection.waitForClose()
        }
        #expect(error.code == disorder.code)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A subscription over HTTP/2 tries again`() async throws {
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                let first = try await connection.nextRequest()
                if connection.number == 1, first.stream == 1 {
                    try await connection.send(.headers([(":status", "99")], stream: 1, endsStream: true))
                    let second = try await connection.nextRequest()
                    try await connection.sendStream("data: 1\n\n", on: second.stream)
                } else {
                    try await connection.sendStream("data: 1\n\n", on: first.stream)
                }
                await connection.waitForClose()
            } _: { server in
                try await withHTTPClient(trusting: certificate) { httpClient in
                    let data = try await EventStreamClient.test(httpClient).promptSubscription(to: server.url).data(1)
                    #expect(data == ["1"])
                }
            }
        }
    }

    /// The error that a client gets over HTTP/2.
    @available(SwiftSSE 1.0, *)
    private static func error(
        _ answer: @escaping @Sendable (inout HTTP2TestConnection, UInt32) async throws -> Void
    ) async throws -> SSEClientError {
        try await TestCertificate.with { certificate in
            try await withHTTP2TestServer(certificate) { connection in
                let request = try await connection.nextRequest()
                try await answer(&connection, request.stream)
            } _: { server in
                try await withHTTPClient(trusting: certificate) { httpClient in
                    try await clientError { _ = try await EventStreamClient.test(httpClient).events(of: server.url) }
                }
            }
        }
    }
}

/// Frames in an order that responses do not have.
@available(SwiftSSE 1.0, *)
struct Disorder: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var code = SSEClientError.Code.invalidResponse
    let frames: @Sendable (UInt32) -> [RawHTTP2Frame]

    private static let head = [(":status", "200"), ("content-type", "text/event-stream")]

    static let all = [
        Disorder(testDescription: "an end after an announcement") {
            [.headers([(":status", "103")], stream: $0, endsStream: true)]
        },
        Disorder(testDescription: "data after an announcement", code: .connectionFailed) {
            [.headers([(":status", "103")], stream: $0), .data("data: no\n\n", stream: $0)]
        },
        Disorder(testDescription: "data and no head", code: .connectionFailed) { [.data("data: no\n\n", stream: $0)] },
        Disorder(testDescription: "a head without a status", code: .connectionFailed) {
            [.headers([("a", "b")], stream: $0)]
        },
        Disorder(testDescription: "two statuses", code: .connectionFailed) {
            [.headers([(":status", "200"), (":status", "99")], stream: $0)]
        },
        Disorder(testDescription: "two heads", code: .connectionCut) {
            [.headers(Self.head, stream: $0), .headers(Self.head, stream: $0)]
        },
        Disorder(testDescription: "an announcement after the head", code: .connectionCut) {
            [.headers(Self.head, stream: $0), .headers([(":status", "103")], stream: $0, endsStream: true)]
        },
        Disorder(testDescription: "101 before the head") {
            [.headers([(":status", "101")], stream: $0), .headers(Self.head, stream: $0)]
        },
    ]
}

@available(SwiftSSE 1.0, *)
extension TransportUnderTest {
    /// The system's client does not tell a response that is none from a connection that has failed.
    fileprivate var codeOfBrokenResponse: SSEClientError.Code {
        self == .urlSession ? .connectionFailed : .invalidResponse
    }
}
