import SSEBroker
import SSETestSupport
import ServerSentEvents
import Testing

@testable import SSEHub

/// Subscribing by `QUERY` (RFC 10008), whose body has room for more topics than a head.
@Suite(.timeLimit(.minutes(3)))
struct QueryTests {
    private static let form = "Content-Type: application/x-www-form-urlencoded"

    private static func request(_ body: String, _ query: String = "", _ fields: [String] = [form]) -> String {
        subscription(query, fields + ["Content-Length: \(body.utf8.count)"], method: "QUERY") + body
    }

    @available(SwiftSSE 1.0, *)
    @Test func `As many topics as a subscription may have fit, however long they are`() async throws {
        try await withHub { hub in
            let limit = hub.broker.configuration.limits.topicsPerSubscription
            let names = (0..<limit).map { "\($0)" + String(repeating: "/", count: Topic.maximumByteCount - 10) }
            let body = names.map { "topic=\(percentEncoded($0))" }.joined(separator: "&")
            #expect(body.utf8.count > 500_000)
            try await hub.withConnection { client in
                try await client.send(Self.request(body))
                let head = try await client.readHead()
                #expect(head.statusLine == "HTTP/1.1 200 OK" && head["Content-Type"] == ["text/event-stream"])
                try await hub.broker.publish(ServerSentEvent(data: "last"), to: Topic(names[limit - 1]))
                _ = try await client.readEvents(through: "last")
            }
            let tooMany = try await hub.exchange(Self.request(body + "&topic=more"))
            #expect(tooMany.status == "400 Bad Request" && tooMany.body.contains("\(limit)"))
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Query and body count together, the last event ID as well`() async throws {
        try await withHub { hub in
            let first = try await hub.broker.publish(ServerSentEvent(data: "1"), to: "a")
            try await hub.broker.publish(ServerSentEvent(data: "2"), to: "b")
            try await hub.withConnection { client in
                let body = "topic=b&lastEventID=\(percentEncoded(first.position.wireID))"
                try await client.send(Self.request(body, "?topic=a"))
                #expect(try await client.readHead().statusLine == "HTTP/1.1 200 OK")
                try await hub.broker.publish(ServerSentEvent(data: "3"), to: "a")
                let events = try await client.readEvents(through: "3")
                #expect(events.matches(of: /data: (.)/).map(\.output.1) == ["2", "3"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            ([], "topic=a", "415 Unsupported Media Type"),
            (["Content-Type: application/json"], "{}", "415 Unsupported Media Type"),
            ([form], "", "400 Bad Request"), ([form], "topic=%FF", "400 Bad Request"),
            ([form, "Content-Length: 99999999"], nil, "413 Payload Too Large"),
            ([form, "Content-Length: 2000000"], nil, "413 Payload Too Large"),
        ] as [([String], String?, String)]
    )
    func `What is no form of topics is refused`(fields: [String], body: String?, status: String) async throws {
        try await withHub { hub in
            let request = body.map { Self.request($0, "", fields) } ?? subscription("", fields, method: "QUERY")
            let answer = try await hub.exchange(request)
            #expect(answer.status == status && answer.isOneLineOfText)
            if status.hasPrefix("415") { #expect(answer.head["Accept-Query"] == ["application/x-www-form-urlencoded"]) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Those who only ask do not keep others from publishing, and get no more than their share`() async throws
    {
        try await withHub {
            $0.maximumTotalBodyBytes = 1
        } _: { hub in
            // Four bodies of the largest events, an eighth of which is for queries: a bit more than 1.5 MB.
            let body = "topic=" + String(repeating: "x", count: 600_000)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await hub.withConnection { client in
                            let fields = [Self.form, "Transfer-Encoding: chunked"]
                            try await client.send(
                                subscription("", fields, method: "QUERY")
                                    + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n"
                            )
                            // It does not end, so that only who is refused gets an answer.
                            return try await client.readHead().statusLine == "HTTP/1.1 503 Service Unavailable"
                        }
                    }
                }
                for _ in 0..<6 {
                    let isRefused = try await group.next()
                    #expect(isRefused == true)
                }
                let event = publication(form: "topic=a&data=" + String(repeating: "x", count: 900_000))
                let answer = try await hub.exchange(event)
                #expect(answer.status == "200 OK")
                group.cancelAll()
            }
            // Without a length as well, no more than a hundred topics may have.
            try await hub.withConnection { client in
                let part = String(repeating: "x", count: 700_000)
                try await client.send(
                    subscription("", [Self.form, "Transfer-Encoding: chunked"], method: "QUERY")
                        + "\(String(part.utf8.count, radix: 16))\r\n\(part)\r\n"
                )
                #expect(try await client.readHead().statusLine == "HTTP/1.1 413 Payload Too Large")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Nobody's body is waited for who may not subscribe`() async throws {
        try await withHub {
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key))
        } _: { hub in
            for token in [nil, "Authorization: Bearer wrong"] {
                let fields = [Self.form, "Content-Length: 100000"] + (token.map { [$0] } ?? [])
                // Nothing of the body is sent.
                let answer = try await hub.exchange(subscription("", fields, method: "QUERY"))
                #expect(answer.status == "401 Unauthorized")
            }
            let token = try await TestToken.subscribing(to: "a").signed()
            try await hub.withConnection { client in
                let fields = [Self.form, "Authorization: Bearer \(token)"]
                try await client.send(Self.request("topic=a", "", fields))
                #expect(try await client.readHead().statusLine == "HTTP/1.1 200 OK")
            }
        }
    }
}
