import SSEBroker
import SSEHub
import SSETestSupport
import ServerSentEvents
import Testing

/// `POST /.well-known/mercure`.
@Suite(.timeLimit(.minutes(3)))
struct PublishTests {
    @available(SwiftSSE 1.0, *)
    private func events(in stream: String) throws -> [ServerSentEvent] {
        var parser = EventStreamParser()
        return try parser.parse(stream.utf8).compactMap { item in
            if case .event(let event) = item { event } else { nil }
        }
    }

    // MARK: Forms

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("topic=a&data=x", "data: x\n\n"),
        ("topic=a", "data: \n\n"),
        ("topic=a&data=", "data: \n\n"),
        ("topic=a&data", "data: \n\n"),
        ("data=x&topic=b&topic=a", "data: x\n\n"),
        ("topic=a&data=x&id=1&type=t&retry=1500", "event: t\nid: 1\nretry: 1500\ndata: x\n\n"),
        ("topic=a&data=x&id=&type=", "data: x\n\n"),
        ("topic=a&data=x&retry=0", "retry: 0\ndata: x\n\n"),
        ("topic=a&data=x&unknown=1&&=2&=", "data: x\n\n"),
        ("topic=a&data=1&data=2", "data: 1\n\n"),
        ("topic=a&data=1%0A2%0D%0A3%0D4", "data: 1\ndata: 2\ndata: 3\ndata: 4\n\n"),
        ("topic=a&data=a+b%2Bc%20d", "data: a b+c d\n\n"),
        ("topic=a&data=%e2%82%AC", "data: €\n\n"),
        ("topic=a&data=100%", "data: 100%\n\n"),
        ("topic=a&data=%2", "data: %2\n\n"),
        ("topic=a&data=%zz%4", "data: %zz%4\n\n"),
        ("topic=a&data=%41%4", "data: A%4\n\n"),
        ("%74opic=%61&d%61ta=x", "data: x\n\n"),
        ("topic=a&data=%20x", "data:  x\n\n"),
        ("topic=a&data=%EF%BB%BFx", "data: \u{FEFF}x\n\n"),
        ("topic=a&data=x=y;z", "data: x=y;z\n\n"),
    ])
    func `A form becomes an event`(form: String, event: String) async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=a&topic=end")
                let response = try await hub.exchange(publication(form: form))
                #expect(response.status == "200 OK")
                #expect(response.head["Content-Type"] == ["text/plain; charset=utf-8"])
                #expect(response.body == "1" || response.body.hasPrefix("#"))
                try await hub.broker.publish(ServerSentEvent(data: "end", id: "end"), to: "end")
                let stream = try await client.readEvents(through: "end")
                let expected = try self.events(in: event)
                let received = try self.events(in: stream)
                #expect(received.count == 2 && received.first?.data == expected.first?.data)
                #expect(received.first?.type == expected.first?.type)
                #expect(received.first?.id?.rawValue == response.body)
                // The time belongs to the stream, and not to the event that a parser makes.
                #expect(stream.contains("retry: ") == event.contains("retry: "))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("", "400 Bad Request"),
        ("data=x", "400 Bad Request"),
        ("topic=&data=x", "400 Bad Request"),
        ("topic&data=x", "400 Bad Request"),
        ("topic=*&data=x", "400 Bad Request"),
        ("topic=a&topic=*&data=x", "400 Bad Request"),
        ("topic=a%0Ab&data=x", "400 Bad Request"),
        ("topic=a%00&data=x", "400 Bad Request"),
        ("topic=%E2%80%AE&data=x", "400 Bad Request"),
        ("topic=%FF&data=x", "400 Bad Request"),
        ("topic=a&data=%FF", "400 Bad Request"),
        ("topic=a&data=x&%FF", "400 Bad Request"),
        ("topic=a&data=x&id=%23", "400 Bad Request"),
        ("topic=a&data=x&id=+a", "400 Bad Request"), ("topic=a&data=x&id=a%20", "400 Bad Request"),
        ("topic=a&data=x&id=a%09", "400 Bad Request"), ("topic=a&data=x&id=+", "400 Bad Request"),
        ("topic=a&data=x&id=%231-1", "400 Bad Request"),
        ("topic=a&data=x&id=earliest", "400 Bad Request"),
        ("topic=a&data=x&id=a%0Adata:+y", "400 Bad Request"),
        ("topic=a&data=x&id=a%0Db", "400 Bad Request"),
        ("topic=a&data=x&id=a%00b", "400 Bad Request"),
        ("topic=a&data=x&id=%C2%85", "400 Bad Request"),
        ("topic=a&data=x&id=\(String(repeating: "i", count: 257))", "400 Bad Request"),
        ("topic=a&data=x&type=a%0Adata:+y", "400 Bad Request"),
        ("topic=a&data=x&type=a%0D", "400 Bad Request"),
        ("topic=a&data=x&retry=", "400 Bad Request"),
        ("topic=a&data=x&retry=+5", "400 Bad Request"),
        ("topic=a&data=x&retry=%2B5", "400 Bad Request"),
        ("topic=a&data=x&retry=-5", "400 Bad Request"),
        ("topic=a&data=x&retry=5s", "400 Bad Request"),
        ("topic=a&data=x&retry=5%0A", "400 Bad Request"),
        ("topic=a&data=x&retry=%D9%A5", "400 Bad Request"),
        ("topic=a&data=x&retry=4294967296", "400 Bad Request"),
        ("topic=\(String(repeating: "t", count: 2049))&data=x", "400 Bad Request"),
        ((0...100).map { "topic=\($0)" }.joined(separator: "&"), "413 Payload Too Large"),
        ("topic=a\(String(repeating: "&a", count: 1000))", "413 Payload Too Large"),
        ("topic=a&data=\(String(repeating: "x", count: 10_001))", "413 Payload Too Large"),
        ("topic=a&data=\(String(repeating: "x", count: 200_000))", "413 Payload Too Large"),
    ])
    func `A form that is no event is refused in one line, and nothing is sent`(
        form: String,
        status: String
    ) async throws {
        try await withHub { configuration in
            configuration.broker.limits.eventBytes = 10_000
        } _: { hub in
            let response = try await hub.exchange(publication(form: form))
            #expect(response.status == status)
            #expect(response.isOneLineOfText, "\(response.body)")
            #expect(hub.broker.bounds.last == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-URLEncoded; charset=UTF-8", true),
        ("application/x-www-form-urlencoded ;charset=utf-8", true), ("application/json", false),
        ("multipart/form-data; boundary=a", false), ("text/plain", false), ("", false),
        ("application/x-www-form-urlencodedx", false),
    ])
    func `Nothing but a form is accepted`(type: String, isAccepted: Bool) async throws {
        try await withHub { hub in
            let form = "topic=a&data=x"
            let request =
                "POST /.well-known/mercure HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(type)\r\nContent-Length: 14\r\n\r\n\(form)"
            let response = try await hub.exchange(request)
            #expect(response.status == (isAccepted ? "200 OK" : "415 Unsupported Media Type"))
            #expect(isAccepted || response.isOneLineOfText)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A form may come in chunks and after a 100`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                let fields = "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n"
                try await client.send(
                    "POST /.well-known/mercure HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\(fields)\r\n"
                )
                #expect(try await client.readHead().statusLine == "HTTP/1.1 100 Continue")
                // An escape in two chunks.
                for piece in ["topic=a&da", "ta=%E2%8", "2%AC"] { try await client.send(chunk(piece)) }
                #expect(try await client.exchange(lastChunk).status == "200 OK")
            }
            let data = try await hub.broker.withSubscription(to: .all, from: .earliest) { items in
                for try await case .event(let record) in items { return record.event.data }
                return ""
            }
            #expect(data == "€")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            ("POST /nope", "404 Not Found"), ("PUT /.well-known/mercure", "405 Method Not Allowed"),
            ("POST /livez", "405 Method Not Allowed"), ("DELETE /", "405 Method Not Allowed"),
        ]
    )
    func `Who asks before it sends a body is told at once that nobody wants it`(line: String, status: String)
        async throws
    {
        try await withHub { hub in
            let fields = "Host: localhost\r\nContent-Length: 10\r\nExpect: 100-continue"
            let response = try await hub.exchange("\(line) HTTP/1.1\r\n\(fields)\r\n\r\n")
            #expect(response.status == status)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A body that nobody wants is asked for, where there is an answer all the same`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                let fields = "Host: localhost\r\nContent-Length: 4\r\nExpect: 100-continue"
                try await client.send("GET /livez HTTP/1.1\r\n\(fields)\r\n\r\n")
                #expect(try await client.readHead().statusLine == "HTTP/1.1 100 Continue")
                #expect(try await client.exchange("body").body == "alive\n")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Forms in one packet are published in order`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                try await client.send((0..<100).map { publication(form: "topic=a&id=\($0)") }.joined())
                for number in 0..<100 {
                    #expect(try await client.exchange("").body == "\(number)")
                }
            }
        }
    }

    // MARK: Injection

    /// Whatever a publisher writes into whatever field, subscribers see one event for each that was accepted, with what
    /// was written where it was written.
    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["id", "type", "data", "topic", "retry", "name"])
    func `No field can become another one or a second event`(field: String) async throws {
        let breaks = [
            "\n", "\r", "\r\n", "\n\n", "\u{0}", "\u{85}", "\u{2028}", "\u{2029}", "\u{B}", "\u{C}", "\u{FEFF}",
        ]
        let payloads = breaks.flatMap {
            ["x\($0)data: forged", "\($0)id: forged\($0)\($0)event: forged\($0)data: forged"]
        }
        try await withHub { hub in
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=*")
                var accepted: [String] = []
                for payload in payloads {
                    let form: KeyValuePairs = ["topic": "a", field == "name" ? payload : field: payload]
                    let response = try await hub.exchange(publication(form))
                    #expect(["200 OK", "400 Bad Request"].contains(response.status))
                    if response.status == "200 OK" { accepted.append(field == "data" ? payload : "") }
                    // The id comes back in a header and a body.
                    #expect(field != "id" || response.head.statusLine != "HTTP/1.1 200 OK" || response.body == payload)
                }
                try await hub.broker.publish(ServerSentEvent(data: "end", id: "end"), to: "end")
                let stream = try await client.readEvents(through: "end")
                let received = try self.events(in: stream)
                let lines = accepted.map { text in
                    text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
                }
                #expect(received.map(\.data) == lines + ["end"])
                #expect(received.allSatisfy { $0.id?.rawValue != "forged" && $0.type.rawValue != "forged" })
            }
        }
    }

    // MARK: Pages of other origins

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("127.0.0.1:8888", "http://127.0.0.1:8888", true),
        ("localhost:8888", "http://localhost:8888", true),
        ("[::1]:8888", "http://[::1]:8888", true),
        ("192.0.2.1", "https://192.0.2.1", true),
        ("hub.localhost", "http://hub.localhost", true),
        ("localhost:8888", "http://localhost:8889", false),
        ("localhost:8888", "http://evil.example", false),
        ("localhost:8888", "null", false),
        ("localhost:8888", "", false),
        ("localhost:8888", "http://localhost:8888.evil.example", false),
        // A name that its owner has made to lead here after the page was loaded.
        ("evil.example:8888", "http://evil.example:8888", false),
        ("127.0.0.1.evil.example", "http://127.0.0.1.evil.example", false),
    ])
    func `Pages of other origins may not publish where everybody else may`(
        host: String,
        origin: String,
        isAccepted: Bool
    ) async throws {
        try await withHub {
            // By whatever name the hub is reached.
            $0.allowedHosts = ["*"]
        } _: { hub in
            let request = publication(form: "topic=a", ["Origin: \(origin)"])
            let response = try await hub.exchange(request.replacing("Host: localhost", with: "Host: \(host)"))
            #expect(response.status == (isAccepted ? "200 OK" : "403 Forbidden"))
            #expect(isAccepted || response.isOneLineOfText)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (["Referer: http://localhost/page"], true),
        (["Referer: http://evil.example/page"], false),
        (["Referer: http://localhost.evil.example/"], false),
        (["Referer: about:blank"], false),
        (["Referer: http://localhost/", "Referer: http://evil.example/"], false),
        (["Sec-Fetch-Site: cross-site"], false),
        (["Sec-Fetch-Site: same-site"], false),
        (["Sec-Fetch-Site: Cross-Site"], false),
        (["Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"], false),
        (["Sec-Fetch-Site: same-origin"], true),
        (["Sec-Fetch-Site: none"], true),
        (["Origin: http://localhost", "Origin: http://evil.example"], false),
        (["Origin: http://evil.example", "Origin: http://localhost"], false),
        (["Origin: http://localhost", "Sec-Fetch-Site: same-origin"], true),
        (["Origin: https://a.example", "Sec-Fetch-Site: cross-site"], true),
        (["Referer: https://a.example/page"], true),
    ])
    func `A page of another origin is known by all that its browser says`(fields: [String], isAccepted: Bool)
        async throws
    {
        try await withHub {
            $0.allowedOrigins = ["https://a.example"]
        } _: { hub in
            let response = try await hub.exchange(publication(form: "topic=a", fields))
            #expect(response.status == (isAccepted ? "200 OK" : "403 Forbidden"))
        }
    }

    // MARK: Before the body

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (nil, "401 Unauthorized"), ("Bearer x", "401 Unauthorized"), ("subscriber", "403 Forbidden"),
        ("publisher", "100 Continue"),
    ])
    func `A body is asked for and taken only from those who may publish`(token: String?, status: String) async throws {
        let tokens = [
            "subscriber": "Bearer " + (try await TestToken.subscribing(to: "*").signed()),
            "publisher": "Bearer " + (try await TestToken.publishing(to: "a").signed()),
        ]
        let authorization = token.map { ["Authorization: \(tokens[$0] ?? $0)"] } ?? []
        try await withHub {
            $0.publishPolicy = .bearersOfTokens(try .secret(TestToken.key))
        } _: { hub in
            let form = String(repeating: "-", count: 1_000_000)
            let request = publication(form: form, authorization + ["Expect: 100-continue"])
            let head = String(request.dropLast(form.count))
            // With the token unknown yet, and known.
            for _ in 0..<2 {
                try await hub.withConnection { client in
                    try await client.send(head)
                    let answer = try await client.readHead()
                    #expect(answer.statusLine == "HTTP/1.1 \(status)")
                    if status != "100 Continue" { #expect(answer["Connection"] == ["close"]) }
                    if status == "401 Unauthorized" { #expect(answer["WWW-Authenticate"].count == 1) }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Nobody may publish by default`() async throws {
        try await withHub { configuration in
            configuration.publishPolicy = .nobody
        } _: { hub in
            let response = try await hub.exchange(publication(form: "topic=a"))
            #expect(response.status == "403 Forbidden" && response.isOneLineOfText)
        }
    }
}
