import SSEBroker
import SSEHub
import SSETestSupport
import ServerSentEvents
import Testing

/// `GET /.well-known/mercure`.
@Suite(.timeLimit(.minutes(3)))
struct SubscribeTests {
    // MARK: Topics

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("?topic=a", ["a"]),
        ("?topic=a&topic=https%3A%2F%2Fexample.com%2Fbooks%2F1", ["a", "https://example.com/books/1"]),
        ("?topic=*", ["a", "b c", "https://example.com/books/1", "https://example.com/books/2", "ä"]),
        ("?topic=%2A&topic=a", ["a", "b c", "https://example.com/books/1", "https://example.com/books/2", "ä"]),
        (
            "?topic=https%3A%2F%2Fexample.com%2Fbooks%2F%7Bid%7D",
            ["https://example.com/books/1", "https://example.com/books/2"]
        ),
        ("?topic=https://example.com/books/2&other=1&topic", nil),
        ("?topic=b+c&topic=%C3%A4", ["b c", "ä"]),
        ("?topic=b%20c", ["b c"]),
        ("?topic=a&lastEventID=", ["a"]),
        ("?other=1&topic=a", ["a"]),
    ])
    func `Subscribers get the events of their topics`(query: String, topics: [String]?) async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                let head = try await client.subscribe(query)
                guard let topics else {
                    #expect(head.statusLine == "HTTP/1.1 400 Bad Request")
                    return
                }
                #expect(head.statusLine == "HTTP/1.1 200 OK")
                let all = ["a", "b c", "https://example.com/books/1", "https://example.com/books/2", "ä"]
                for topic in all {
                    try await hub.broker.publish(
                        ServerSentEvent(data: topic, id: try .init("id \(topic)")),
                        to: try Topic(topic)
                    )
                }
                // An alternate topic of an event is as good as the canonical one.
                var event = ServerSentEvent(data: "end")
                event.id = "end"
                try await hub.broker.publish(Publication(event, topics: ["z"] + topics.map { try Topic($0) }))
                let expected = topics.map { "id: id \($0)\ndata: \($0)\n\n" }.joined()
                #expect(try await client.readEvents(through: "end") == ":\n" + expected + "id: end\ndata: end\n\n")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("", "400 Bad Request"),
        ("?", "400 Bad Request"),
        ("?topi=a", "400 Bad Request"),
        ("?Topic=a", "400 Bad Request"),
        ("?topic", "400 Bad Request"),
        ("?topic=", "400 Bad Request"),
        ("?topic=a&topic=", "400 Bad Request"),
        ("?topic=a%7B", "400 Bad Request"),
        ("?topic=a%7D", "400 Bad Request"),
        ("?topic=%7B%3Da%7D", "400 Bad Request"),
        ("?topic=%7Ba%3A0%7D", "400 Bad Request"),
        ("?topic=%FF", "400 Bad Request"),
        ("?topic=a&%FF=1", "400 Bad Request"),
        ("?topic=%C3", "400 Bad Request"),
        ("?topic=%ED%A0%80", "400 Bad Request"),
        ("?topic=a%0Ab", "400 Bad Request"),
        ("?topic=a%00b", "400 Bad Request"),
        ("?topic=%E2%80%8E", "400 Bad Request"),
        ("?topic=\(String(repeating: "a", count: 2049))", "400 Bad Request"),
        ("?topic=%7Ba%7D\(String(repeating: "a", count: 2049))", "400 Bad Request"),
        ("?\((0...100).map { "topic=\($0)" }.joined(separator: "&"))", "400 Bad Request"),
        ("?topic=a\(String(repeating: "&b=1", count: 1000))", "413 Payload Too Large"),
    ])
    func `A query that says no topics is refused in one line`(query: String, status: String) async throws {
        try await withHub { hub in
            let response = try await hub.exchange(subscription(query))
            #expect(response.status == status)
            #expect(response.isOneLineOfText, "\(response.body)")
            #expect(hub.broker.subscriptionCount == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Bytes that are no UTF-8 are refused, also without escapes`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                try await client.send(bytes: Array("GET /.well-known/mercure?topic=a".utf8) + [0xFF])
                let response = try await client.exchange(" HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(response.status == "400 Bad Request")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `As many topics as there may be are accepted`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                // Some twice: the same topic again is none more.
                let query = (0..<200).map { "topic=\($0 % 100)" }.joined(separator: "&")
                let head = try await client.subscribe("?\(query)")
                #expect(head.statusLine == "HTTP/1.1 200 OK")
            }
        }
    }

    // MARK: The response

    @available(SwiftSSE 1.0, *)
    @Test func `The head forbids to cache and to buffer, and the first bytes of the body are a comment`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a")
                #expect(head["Content-Type"] == ["text/event-stream"])
                #expect(head["Cache-Control"] == ["no-cache, no-transform"])
                #expect(head["X-Accel-Buffering"] == ["no"])
                let position = EventPosition(epoch: hub.broker.bounds.epoch, sequence: 0).wireID
                #expect(head["Last-Event-ID"] == [position])
                #expect(try await client.read(byteCount: 7) == chunk(":\n"))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The head alone can be asked for`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                try await client.send(subscription("?topic=a", method: "HEAD"))
                #expect(try await client.readHead()["Content-Type"] == ["text/event-stream"])
                try await hub.waitForSubscribers(0)
                // A refusal has no body either, so that the next response is where it belongs.
                try await client.send(subscription("", method: "HEAD"))
                #expect(try await client.readHead().statusLine == "HTTP/1.1 400 Bad Request")
                #expect(
                    try await client.exchange("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").body == "healthy\n"
                )
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Blanks behind the value of a header are none of it`() async throws {
        try await withHub { hub in
            try await hub.broker.publish(ServerSentEvent(data: "1", id: "own"), to: "a")
            try await hub.broker.publish(ServerSentEvent(data: "2"), to: "a")
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a", ["Last-Event-ID:  own \t ", "X:", "Y:  "])
                #expect(head["Last-Event-ID"] == ["own"])
                #expect(try await client.readEvents(through: "2").contains("data: 1") == false)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["PUT", "DELETE", "PATCH"])
    func `Other methods are refused with those that are not`(method: String) async throws {
        try await withHub { hub in
            let response = try await hub.exchange(subscription("?topic=a", method: method))
            #expect(response.status == "405 Method Not Allowed")
            #expect(response.head["Allow"] == ["GET, HEAD, POST, QUERY"])
            #expect(response.isOneLineOfText)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("GET /", "200 OK"), ("GET /healthz", "200 OK"), ("GET /nothing", "404 Not Found"),
        ("GET /.well-known/mercure/", "404 Not Found"), ("GET /.well-known/mercur%65?topic=a", "404 Not Found"),
        ("POST /", "405 Method Not Allowed"), ("DELETE /healthz", "405 Method Not Allowed"),
        ("GET http://localhost/healthz", "200 OK"), ("GET http://localhost:1?topic=a", "404 Not Found"),
        ("GET http://localhost/.well-known/mercure?x=http://a/healthz", "400 Bad Request"),
        ("OPTIONS *", "404 Not Found"),
    ])
    func `Targets lead where they should`(line: String, status: String) async throws {
        try await withHub { hub in
            let response = try await hub.exchange("\(line) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(response.status == status)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `More subscriptions than there may be are refused for now`() async throws {
        try await withHub { configuration in
            configuration.broker.limits.subscriptions = 1
        } _: { hub in
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=a")
                let response = try await hub.exchange(subscription("?topic=a"))
                #expect(response.status == "503 Service Unavailable")
                #expect(response.head["Retry-After"] == ["5"])
                #expect(response.isOneLineOfText)
            }
        }
    }
}
