import SSEBroker
import SSEHub
import SSETestSupport
import ServerSentEvents
import Testing

/// `details=topics`, by which a stream is told the topics of events.
@Suite(.timeLimit(.minutes(3)))
struct TopicDetailsTests {
    @available(SwiftSSE 1.0, *)
    @Test func `A stream that asks is told the topics that it matches, and the bytes of one beside it stay the same`()
        async throws
    {
        try await withHub { hub in
            let query = "?topic=a&topic=%2Fbooks%2F%7Bid%7D"
            try await hub.withConnection { asking in
                #expect(try await asking.subscribe(query + "&details=topics").statusLine == "HTTP/1.1 200 OK")
                try await hub.withConnection { other in
                    let head = try await other.subscribe(query)
                    #expect(head.statusLine == "HTTP/1.1 200 OK")
                    let form = "topic=a&topic=secret&topic=%2Fbooks%2F1&data=x&id=1&type=new"
                    #expect(try await hub.exchange(publication(form: form)).status == "200 OK")
                    let event = "event: new\nid: 1\ndata: x\n\n"
                    #expect(try await asking.readEvents(through: "x") == ":\ntopic: a\ntopic: /books/1\n" + event)
                    #expect(try await other.readEvents(through: "x") == ":\n" + event)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Of a private event the topics are told that the token grants, and that it is private`() async throws {
        try await withHub {
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
        } _: { hub in
            let token = try await TestToken.subscribing(to: "/users/1").signed()
            try await hub.withConnection { client in
                let query = "?topic=*&details=topics"
                _ = try await client.subscribe(query, ["Authorization: Bearer \(token)"])
                try await hub.withConnection { stranger in
                    _ = try await stranger.subscribe(query)
                    for form in [
                        "topic=a&topic=%2Fusers%2F1&private=on&data=secret&id=1", "topic=a&topic=b&data=open&id=2",
                    ] {
                        #expect(try await hub.exchange(publication(form: form)).status == "200 OK")
                    }
                    let open = "topic: a\ntopic: b\nid: 2\ndata: open\n\n"
                    let secret = "topic: /users/1\nprivate: true\nid: 1\ndata: secret\n\n"
                    #expect(try await client.readEvents(through: "open") == ":\n" + secret + open)
                    #expect(try await stranger.readEvents(through: "open") == ":\n" + open)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["HTTP/1.1", "HTTP/1.0"])
    func `A stream that resumes is told the topics of what it has missed`(version: String) async throws {
        try await withHub { hub in
            for number in 1...3 {
                let event = ServerSentEvent(data: "\(number)", id: try .init("\(number)"))
                try await hub.broker.publish(Publication(event, topics: ["a", "b"]))
            }
            for (details, lines) in [("&details=topics", "topic: a\n"), ("", "")] {
                try await hub.withConnection { client in
                    let request = subscription("?topic=a\(details)", ["Last-Event-ID: 1"])
                    try await client.send(request.replacing("HTTP/1.1", with: version))
                    _ = try await client.readHead()
                    let events = "\(lines)id: 2\ndata: 2\n\n\(lines)id: 3\ndata: 3\n\n"
                    if version == "HTTP/1.1" {
                        #expect(try await client.readEvents(through: "3") == ":\n" + events)
                    } else {
                        #expect(try await client.read(through: "data: 3\n\n").hasSuffix(":\n" + events))
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A field that a parser does not know leaves the event what it is`() async throws {
        try await withHub { hub in
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=*&details=topics")
                // A topic that would be something else, had it a line for itself.
                let form = "topic=data%3A+evil&topic=id%3A+0&topic=event&data=x&id=1"
                let status = try await hub.exchange(publication(form: form)).status
                #expect(status == "200 OK")
                var parser = EventStreamParser()
                let items = try parser.parse(Array(try await client.readEvents(through: "x").utf8))
                let events = items.compactMap { if case .event(let event) = $0 { event } else { nil } }
                #expect(events == [ServerSentEvent(data: "x", id: "1")])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["details", "details=", "details=all", "details=topics&details=topic", "details=Topics"])
    func `What the hub cannot tell is refused in one line`(query: String) async throws {
        try await withHub { hub in
            let response = try await hub.exchange(subscription("?topic=a&\(query)"))
            #expect(response.status == "400 Bad Request" && response.isOneLineOfText)
            #expect(response.body.contains("`topics`"))
        }
    }
}
