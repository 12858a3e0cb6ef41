internal import HTTPTypes
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Where a stream has moved to.
@Suite(.timeLimit(.minutes(3)))
struct RedirectTests {
    private static func redirect(_ status: Int = 302, to location: String?) -> String {
        let fields = ["Content-Length: 0", "Connection: close"] + (location.map { ["Location: \($0)"] } ?? [])
        return Head.response("\(status) Moved", fields)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    @available(SwiftSSE 1.0, *)
    func `Is followed, and the response tells the URL that answered`(status: Int) async throws {
        try await withTestServer { connection, request in
            if request.path == "/events" {
                try await connection.send(Self.redirect(status, to: "/new?x=1"))
            } else {
                try await connection.sendStream("data: \(request.path)\n\n")
            }
        } _: { server in
            let request = EventStreamRequest(url: server.url, lastEventID: "7")
            try await EventStreamClient.test.withStream(request) { response, events in
                #expect(response.url == "\(server.origin)/new?x=1")
                #expect(response.status == .ok)
                let data = try await events.collected().map(\.data)
                #expect(data == ["/new?x=1"])
            }
            let requests = server.requests.entries
            #expect(requests.map(\.requestLine) == ["GET /events HTTP/1.1", "GET /new?x=1 HTTP/1.1"])
            #expect(requests.map { $0.fields("Accept") } == Array(repeating: ["Accept: text/event-stream"], count: 2))
            #expect(
                requests.map { $0.fields("Cache-Control") } == Array(repeating: ["Cache-Control: no-cache"], count: 2)
            )
            #expect(requests.map { $0.fields("Last-Event-ID") } == Array(repeating: ["Last-Event-ID: 7"], count: 2))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A chain is followed, with relative and absolute locations`() async throws {
        try await withTestServer { connection, request in
            switch request.path {
            case "/events": try await connection.send(Self.redirect(to: "a/b"))
            case "/a/b":
                let host = String(request.fields("Host")[0].dropFirst(6))
                try await connection.send(Self.redirect(to: "http://\(host)/c"))
            case "/c": try await connection.send(Self.redirect(to: "./d"))
            default: try await connection.sendStream("data: \(request.path)\n\n")
            }
        } _: { server in
            let data = try await EventStreamClient.test.events(of: server.url).map(\.data)
            #expect(data == ["/d"])
            #expect(server.requests.entries.map(\.path) == ["/events", "/a/b", "/c", "/d"])
        }
    }

    @Test(arguments: [307, 308])
    @available(SwiftSSE 1.0, *)
    func `307 and 308 keep the method and the body`(status: Int) async throws {
        try await withTestServer { connection, request in
            if request.path == "/events" {
                try await connection.send(Self.redirect(status, to: "/new"))
            } else {
                try await connection.sendStream("data: 1\n\n")
            }
        } _: { server in
            let request = EventStreamRequest(url: server.url, method: .post, body: Array("body".utf8))
            let outcome = await EventStreamClient.test.outcome(of: request)
            #expect(outcome.data == ["1"])
            #expect(server.requests.entries.map(\.method) == ["POST", "POST"])
            #expect(server.requests.entries.map(\.body) == [Array("body".utf8), Array("body".utf8)])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Credentials are not sent on to another origin`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: other\n\n")
        } _: { other in
            try await withTestServer { connection, _ in
                try await connection.send(Self.redirect(to: other.url))
            } _: { server in
                let request = EventStreamRequest(
                    url: server.url,
                    headers: [.authorization: "Bearer x", .cookie: "a=b"]
                )
                let outcome = await EventStreamClient.test.outcome(of: request)
                #expect(outcome.data == ["other"])
                #expect(server.requests.entries.map { $0.fields("Authorization") } == [["Authorization: Bearer x"]])
                #expect(other.requests.entries.map { $0.fields("Authorization") } == [[]])
                #expect(other.requests.entries.map { $0.fields("Cookie") } == [[]])
            }
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    @available(SwiftSSE 1.0, *)
    func `Without a location it is refused`(status: Int) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Self.redirect(status, to: nil))
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status.code == status)
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `To an error it is refused, and the refusal tells the URL that answered`() async throws {
        try await withTestServer { connection, request in
            try await connection.send(
                request.path == "/events" ? Self.redirect(to: "/no") : Self.redirect(404, to: nil)
            )
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status == .notFound)
            #expect(error.refusal?.response.url == "\(server.origin)/no")
        }
    }

    @Test(arguments: [65_536, 99_999_999])
    @available(SwiftSSE 1.0, *)
    func `To a port that there is not it is refused, and asking for one is an invalid request`(port: Int) async throws {
        try await withTestServer { connection, _ in
            try await connection.send(Self.redirect(to: "http://127.0.0.1:\(port)/"))
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
        }
        let error = try await clientError {
            _ = try await EventStreamClient.test.events(of: "http://127.0.0.1:\(port)/")
        }
        #expect(error.code == .invalidRequest)
    }

    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `In a loop it ends with an error`(isEverNew: Bool) async throws {
        try await withTestServer { connection, request in
            try await connection.send(Self.redirect(to: isEverNew ? request.path + "x" : "/events"))
        } _: { server in
            let error = try await clientError { _ = try await EventStreamClient.test.events(of: server.url) }
            #expect(error.code == .refused)
            #expect(error.refusal?.response.status == .found)
            #expect(server.requests.entries.count == 21)
        }
    }
}
