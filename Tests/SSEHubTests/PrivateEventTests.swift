import Foundation
import SSEBroker
import SSEHub
import SSETestSupport
import Testing

/// Who gets private events.
@Suite(.timeLimit(.minutes(3)))
struct PrivateEventTests {
    @available(SwiftSSE 1.0, *)
    private func withTokenHub(admitsOthers: Bool = true, _ test: (RunningHub) async throws -> Void) async throws {
        try await withHub {
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: admitsOthers)
        } _: {
            try await test($0)
        }
    }

    @available(SwiftSSE 1.0, *)
    private func headers(_ token: TestToken?) async throws -> [String] {
        guard let token else { return [] }
        return ["Authorization: Bearer \(try await token.signed())"]
    }

    /// What a subscriber gets of a private event and of others around it, which all are published while it is there.
    @available(SwiftSSE 1.0, *)
    private func received(
        _ query: String,
        _ token: TestToken?,
        topics: [String],
        _ hub: RunningHub
    ) async throws -> [String] {
        let headers = try await self.headers(token)
        let form = topics.map { "topic=\(percentEncoded($0))" }.joined(separator: "&")
        return try await hub.withConnection { client in
            #expect(try await client.subscribe(query, headers).statusLine == "HTTP/1.1 200 OK")
            _ = try await client.read(through: ":\n\r\n")
            for more in ["&data=before", "&data=secret&private=on&id=hidden", "&data=after"] {
                #expect(try await hub.exchange(publication(form: form + more)).status == "200 OK")
            }
            let live = try await client.readEvents(through: "after")
            return ["before", "secret", "after"].filter { live.contains("data: \($0)\n") }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (["a"], ["a"], true), (["b", "a"], ["a"], true), (["*"], ["a"], true), (["b"], ["a"], false),
        ([], ["a"], false),
        // The trick for one user's events: an alternate topic of the user's own, which the claim has and nobody else's.
        (["/users/1"], ["a", "/users/1"], true), (["/users/2"], ["a", "/users/1"], false),
        (["/users/{id}"], ["a", "/users/1"], true), (["/users/{id}"], ["a", "/users/1/2"], false),
        // What is wanted gives no right.
    ])
    func `A private event goes to those with a grant for one of its topics`(
        grants: [String],
        topics: [String],
        isReceived: Bool
    ) async throws {
        let list = grants.map { "\"\($0)\"" }.joined(separator: ",")
        let token = TestToken(payload: #"{"mercure":{"subscribe":[\#(list)]}}"#)
        try await self.withTokenHub { hub in
            for query in ["?topic=a", "?topic=*", "?topic=%7Bx%7D"] {
                let received = try await self.received(query, token, topics: topics, hub)
                #expect(received == (isReceived ? ["before", "secret", "after"] : ["before", "after"]))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Nobody without a token gets one, whatever is asked for`() async throws {
        try await self.withTokenHub { hub in
            for query in ["?topic=a", "?topic=*", "?topic=%7Bx%7D", "?topic=a&authorization=x", "?topic=b&topic=a"] {
                let received = try await self.received(query, nil, topics: ["a"], hub)
                #expect(received == ["before", "after"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Where subscribers have no tokens nobody gets one`() async throws {
        try await withHub { hub in
            let received = try await self.received("?topic=*", .subscribing(to: "*"), topics: ["a"], hub)
            #expect(received == ["before", "after"])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Rights to publish are none to receive`() async throws {
        try await self.withTokenHub { hub in
            let received = try await self.received("?topic=*", .publishing(to: "*"), topics: ["a"], hub)
            #expect(received == ["before", "after"])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["*", "a", "{x}"])
    func `What is kept is sent by today's rights`(selector: String) async throws {
        try await self.withTokenHub { hub in
            for (data, more) in [("1", ""), ("2", "&private"), ("3", ""), ("4", "&private&topic=b"), ("5", "")] {
                let response = try await hub.exchange(publication(form: "topic=a&data=\(data)\(more)"))
                #expect(response.status == "200 OK")
            }
            let expectations: [(TestToken?, [String])] = [
                (nil, ["1", "3", "5"]), (.subscribing(to: "c"), ["1", "3", "5"]),
                (.subscribing(to: "b"), ["1", "3", "4", "5"]), (.subscribing(to: "a"), ["1", "2", "3", "4", "5"]),
            ]
            for (token, expected) in expectations {
                let headers = try await self.headers(token)
                try await hub.withConnection { client in
                    let query = "?topic=\(percentEncoded(selector))&lastEventID=earliest"
                    _ = try await client.subscribe(query, headers)
                    let events = try await client.readEvents(through: "5")
                    #expect(["1", "2", "3", "4", "5"].filter { events.contains("data: \($0)\n") } == expected)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The last event ID that is told is none of a private event's own`() async throws {
        try await self.withTokenHub { hub in
            _ = try await hub.exchange(publication(form: "topic=a&data=1&private&id=hidden"))
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a&lastEventID=unknown")
                let id = try #require(head["Last-Event-ID"].first)
                #expect(id != "hidden" && id.hasPrefix("#"))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ResumePolicy.allCases)
    func `The id of an event that one may not have is answered as one that there is not`(policy: ResumePolicy)
        async throws
    {
        try await withHub { configuration in
            configuration.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
            configuration.broker.resumePolicy = policy
        } _: { hub in
            for form in ["id=open", "id=order-7&private", "id=end&data=end"] {
                #expect(try await hub.exchange(publication(form: "topic=a&\(form)")).status == "200 OK")
            }
            let strangers = [[], try await self.headers(.subscribing(to: "b", "order-7"))]
            for fields in strangers {
                let unknown = try await self.answer(to: "order-8", fields, hub)
                let hidden = try await self.answer(to: "order-7", fields, hub)
                #expect(hidden == unknown)
                #expect(hidden.hasPrefix("HTTP/1.1 \(policy == .refuse ? "412" : "200")"))
                let open = try await self.answer(to: "open", fields, hub)
                #expect(open.contains("Last-Event-ID: open\r\n"))
            }
            let owner = try await self.answer(to: "order-7", self.headers(.subscribing(to: "a")), hub)
            #expect(owner.hasPrefix("HTTP/1.1 200 OK") && !owner.contains("event: gap"))
        }
    }

    /// All bytes that somebody gets who comes with a last event ID, up to an event that is published after that.
    @available(SwiftSSE 1.0, *)
    private func answer(to lastEventID: String, _ fields: [String], _ hub: RunningHub) async throws -> String {
        try await hub.withConnection { client in
            try await client.send(subscription("?topic=a", ["Last-Event-ID: \(lastEventID)"] + fields))
            var answer = try await client.read(through: "\r\n\r\n")
            guard answer.hasPrefix("HTTP/1.1 200") else { return answer }
            answer += try await client.read(through: ":\n\r\n")
            try await hub.waitForSubscribers(1)
            if !answer.contains("earliest") {
                // Just one more each time, so that all begin at an event of the same id.
                _ = try await hub.exchange(publication(form: "topic=a&id=end&data=last"))
            }
            return answer + (try await client.readEvents(through: answer.contains("earliest") ? "end" : "last"))
        }
    }
}
