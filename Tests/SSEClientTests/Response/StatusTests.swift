internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// Only 200 is a stream.
///
/// - SeeAlso: [HTML Standard, 9.2.3](https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model)
@Suite(.timeLimit(.minutes(3)))
struct StatusTests {
    @Test(
        arguments: [
            201, 202, 203, 206, 207, 210, 226, 299, 300, 400, 401, 403, 404, 408, 410, 418, 425, 429, 500, 501, 502,
            503,
            504, 599,
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Any other status is refused, nothing of its body is an event, and nothing is asked for again`(status: Int)
        async throws
    {
        try await withTestServer { connection, _ in
            let fields = [
                "Content-Type: text/event-stream", "Retry-After: 0", "Content-Length: 12", "Connection: close",
            ]
            try await connection.send(Head.response("\(status) Reason", fields) + "data: no\n\n\n\n")
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status.code == status)
            #expect(error.refusal?.body == Array("data: no\n\n\n\n".utf8))
            #expect(error.message.contains("The server answered \(status)"))
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test(arguments: [(404, "404 Not Found"), (599, "599")])
    @available(SwiftSSE 1.0, *)
    func `The message names the status`(status: Int, name: String) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Head.response("\(status) X", ["Content-Length: 0", "Connection: close"]))
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.message == "The server answered \(name), not 200 OK.")
        }
    }

    @Test(arguments: [204, 304])
    @available(SwiftSSE 1.0, *)
    func `Statuses without a body are refused as well`(status: Int) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(
                Head.response("\(status) X", ["Content-Type: text/event-stream", "Connection: close"])
            )
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status.code == status)
            #expect(error.refusal?.body == [])
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `205, whose body has no length, is refused`() async throws {
        try await withTestServer { connection, _ in
            let fields = ["Content-Type: text/event-stream", "Content-Length: 0", "Connection: close"]
            try await connection.send(Head.response("205 Reset Content", fields))
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status == .resetContent)
        }
    }

    @Test(arguments: ["200 OK", "200 Fine", "200"])
    @available(SwiftSSE 1.0, *)
    func `200 is a stream, whatever its reason phrase is`(statusLine: String) async throws {
        try await withTestServer { connection, _ in
            let fields = ["Content-Type: text/event-stream", "Connection: close"]
            try await connection.send(Head.response(statusLine, fields) + "data: 1\n\n")
        } _: { server in
            let data = try await EventStreamClient.test.events(of: server.url).map(\.data)
            #expect(data == ["1"])
        }
    }
}
