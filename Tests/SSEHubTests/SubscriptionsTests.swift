import Foundation
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

/// Who is subscribed: the events that tell of it, and asking for it.
@Suite(.timeLimit(.minutes(3)))
struct SubscriptionsTests {
    private static let path = "/.well-known/mercure/subscriptions"

    @available(SwiftSSE 1.0, *)
    private func withTellingHub(_ test: (RunningHub, _ headers: [String]) async throws -> Void) async throws {
        let token = try await TestToken.subscribing(to: "*", claims: "").signed()
        try await withHub {
            $0.tellsSubscriptions = true
            $0.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
        } _: {
            try await test($0, ["Authorization: Bearer \(token)"])
        }
    }

    private func get(_ path: String, _ fields: [String] = [], method: String = "GET") -> String {
        (["\(method) \(path) HTTP/1.1", "Host: localhost"] + fields + ["", ""]).joined(separator: "\r\n")
    }

    private func object(_ json: some StringProtocol) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }

    /// The documents that come as events, in order.
    private func documents(_ events: String) throws -> [[String: Any]] {
        try events.split(separator: "\n").filter { $0.hasPrefix("data: {") }.map { try self.object($0.dropFirst(6)) }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Events tell of a subscription's beginning and end, its own as well`() async throws {
        let payload = #"{"mercure":{"subscribe":["*"],"payload":{"user":"Ä","roles":[1,2.5,null,true]}}}"#
        let token = try await TestToken(payload: payload).signed()
        try await self.withTellingHub { hub, headers in
            try await hub.withConnection { watcher in
                _ = try await watcher.subscribe("?topic=*", headers)
                try await hub.withConnection { client in
                    let query = "?topic=\(percentEncoded("https://example.com/{id}"))&topic=b&topic=b"
                    _ = try await client.subscribe(query, ["Authorization: Bearer \(token)"])
                    _ = try await client.read(through: ":\n\r\n")
                }
                try await hub.waitForSubscribers(1)
                try await waitUntil { hub.broker.bounds.last == 5 }
                _ = try await hub.exchange(publication(form: "topic=x&data=end"))
                let documents = try self.documents(try await watcher.readEvents(through: "end"))
                try #require(documents.count == 5)
                #expect(
                    documents.map { $0["topic"] as? String }
                        == ["*", "https://example.com/{id}", "b", "https://example.com/{id}", "b"]
                )
                #expect(documents.map { $0["active"] as? Bool } == [true, true, true, false, false])
                let subscriber = try #require(documents[1]["subscriber"] as? String)
                #expect(subscriber.hasPrefix("urn:uuid:") && UUID(uuidString: String(subscriber.dropFirst(9))) != nil)
                #expect(documents[2...].allSatisfy { $0["subscriber"] as? String == subscriber })
                #expect(documents[0]["subscriber"] as? String != subscriber)
                for document in documents {
                    #expect(document["@context"] as? String == "https://mercure.rocks/")
                    #expect(document["type"] as? String == "Subscription")
                }
                #expect(
                    documents[1]["id"] as? String
                        == "\(Self.path)/https%3A%2F%2Fexample.com%2F%7Bid%7D/\(percentEncoded(subscriber).replacing("%2D", with: "-"))"
                )
                let sent = try #require(documents[4]["payload"] as? NSDictionary)
                #expect(sent == ["user": "Ä", "roles": [1, 2.5, NSNull(), true]] as NSDictionary)
                #expect(documents[0]["payload"] == nil)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Such events are private`() async throws {
        try await self.withTellingHub { hub, headers in
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=*")
                // Who has no token is not told of.
                try await hub.withConnection { other in
                    _ = try await other.subscribe("?topic=a", headers)
                    try await waitUntil { hub.broker.bounds.last == 1 }
                }
                try await waitUntil { hub.broker.bounds.last == 2 }
                _ = try await hub.exchange(publication(form: "topic=x&data=end"))
                #expect(try await client.readEvents(through: "end").contains("Subscription") == false)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who asks for the head of a subscription is no subscriber`() async throws {
        try await self.withTellingHub { hub, headers in
            try await hub.withConnection { watcher in
                _ = try await watcher.subscribe("?topic=*", headers)
                try await waitUntil { hub.broker.bounds.last == 1 }
                let before = try await hub.exchange(self.get(Self.path, headers)).head["ETag"]
                let response = try await hub.exchange(subscription("?topic=a&lastEventID=x", headers, method: "HEAD"))
                #expect(response.status == "200 OK")
                #expect(response.head["Last-Event-ID"].count == 1)
                // Somebody who comes and goes before that is told of leaves a trace here only.
                let after = try await hub.exchange(self.get(Self.path, headers)).head["ETag"]
                #expect(before.count == 1 && after == before)
                try await hub.withConnection { other in
                    _ = try await other.subscribe("?topic=b", headers)
                    try await waitUntil { hub.broker.bounds.last == 2 }
                }
                _ = try await hub.exchange(publication(form: "topic=x&data=end"))
                let documents = try self.documents(try await watcher.readEvents(through: "end"))
                #expect(documents.contains { $0["topic"] as? String == "a" } == false)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A subscription that is refused is none`() async throws {
        try await self.withTellingHub { hub, headers in
            for query in ["", "?topic=%7B", "?" + (0...100).map { "topic=\($0)" }.joined(separator: "&")] {
                #expect(try await hub.exchange(subscription(query, headers)).status == "400 Bad Request")
            }
            #expect(try await hub.exchange(subscription("?topic=a", headers, method: "HEAD")).status == "200 OK")
            let all = try self.object(try await hub.exchange(self.get(Self.path, headers)).body)
            #expect((all["subscriptions"] as? [Any])?.isEmpty == true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What is there can be asked for, as a whole, by selector and one by one`() async throws {
        try await self.withTellingHub { hub, headers in
            try await hub.withConnection { one in
                _ = try await one.subscribe("?topic=a&topic=b%2Fc", headers)
                try await hub.withConnection { other in
                    _ = try await other.subscribe("?topic=a", headers)
                    try await waitUntil { hub.broker.bounds.last == 3 }
                    let response = try await hub.exchange(self.get(Self.path, headers))
                    #expect(response.status == "200 OK")
                    #expect(response.head["Content-Type"] == ["application/ld+json"])
                    let all = try self.object(response.body)
                    #expect(all["@context"] as? String == "https://mercure.rocks/")
                    #expect(all["id"] as? String == Self.path && all["type"] as? String == "Subscriptions")
                    let members = try #require(all["subscriptions"] as? [[String: Any]])
                    #expect(members.compactMap { $0["topic"] as? String } == ["a", "a", "b/c"])
                    #expect(members.allSatisfy { $0["@context"] == nil && $0["active"] as? Bool == true })
                    // Who goes on from there misses nothing, and is told nothing twice.
                    let last = EventPosition(epoch: hub.broker.bounds.epoch, sequence: 3)
                    #expect(all["lastEventID"] as? String == last.wireID)

                    let some = try self.object(try await hub.exchange(self.get(Self.path + "/b%2Fc", headers)).body)
                    let found = try #require(some["subscriptions"] as? [[String: Any]])
                    #expect(found.compactMap { $0["topic"] as? String } == ["b/c"])
                    let none = try self.object(try await hub.exchange(self.get(Self.path + "/none", headers)).body)
                    #expect((none["subscriptions"] as? [Any])?.isEmpty == true)

                    let id = try #require(found.first?["id"] as? String)
                    let single = try self.object(try await hub.exchange(self.get(id, headers)).body)
                    #expect(single["id"] as? String == id && single["topic"] as? String == "b/c")
                    #expect(single["@context"] as? String == "https://mercure.rocks/")
                    for path in [Self.path + "/a/x", Self.path + "/", Self.path + "/a/b/c", Self.path + "//x"] {
                        #expect(try await hub.exchange(self.get(path, headers)).status == "404 Not Found")
                    }
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Nothing has to be sent again that has not changed`() async throws {
        try await self.withTellingHub { hub, headers in
            let tag = try #require(try await hub.exchange(self.get(Self.path, headers)).head["ETag"].first)
            let again = headers + ["If-None-Match: \"other\", \(tag)"]
            let response = try await hub.exchange(self.get(Self.path, again))
            #expect(response.status == "304 Not Modified" && response.body.isEmpty)
            let none = try await hub.exchange(self.get(Self.path + "/a/x", headers + ["If-None-Match: *"]))
            #expect(none.status == "404 Not Found")
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=a", headers)
                #expect(try await hub.exchange(self.get(Self.path, again)).status == "200 OK")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("*", path, true), (path, path, true), (path + "/{topic}", path, false), (path + "/{topic}", path + "/a", true),
        (path + "{/topic}{/subscriber}", path, true), (path + "{/topic}{/subscriber}", path + "/a/b", true),
        (path + "/{topic}/{subscriber}", path + "/a/b", true), ("a", path + "/a", false), (path, path + "/a", false),
        // What follows the question mark is no way to a right.
        (path + "?x", path + "?x", false), (path, path + "?x", true),
    ])
    func `The path has to be granted`(selector: String, path: String, isGranted: Bool) async throws {
        let token = try await TestToken.subscribing(to: selector).signed()
        try await self.withTellingHub { hub, _ in
            let status = try await hub.exchange(self.get(path, ["Authorization: Bearer \(token)"])).status
            #expect(isGranted == (status == "200 OK" || status == "404 Not Found"))
            if !isGranted { #expect(status == "403 Forbidden") }
            #expect(try await hub.exchange(self.get(path)).status == "401 Unauthorized")
            #expect(try await hub.exchange(self.get(path, ["Authorization: Bearer x"])).status == "401 Unauthorized")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A hub that does not tell has nothing there`() async throws {
        try await withHub { hub in
            #expect(try await hub.exchange(self.get(Self.path)).status == "404 Not Found")
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=*")
                _ = try await client.read(through: ":\n\r\n")
            }
            #expect(hub.broker.bounds.last == 0)
        }
        try await self.withTellingHub { hub, headers in
            let response = try await hub.exchange(self.get(Self.path, headers, method: "DELETE"))
            #expect(response.status == "405 Method Not Allowed")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A document counts with its payload, and one of too many subscriptions is refused`() async throws {
        let text = String(repeating: "p", count: 4000)
        let one = ActiveSubscription(selector: "a", subscriber: "s", payload: .string(text), payloadByteCount: 4002)
        let json = try SubscriptionDocument(one, isActive: true, lastEventID: nil).json()
        #expect(json.utf8.count <= one.documentByteCount && json.utf8.count > one.documentByteCount - 200)
        try await self.withTellingHub { hub, headers in
            // As many as take more than a document may have, without as many connections.
            let count = HubEndpoint.maximumCollectionBytes / 4000
            for number in 0..<count { hub.hub.registry?.insert("urn:\(number)", ["many"], .string(text)) }
            let path = Self.path + "/many"
            let response = try await hub.exchange(self.get(path, headers))
            #expect(response.status == "503 Service Unavailable")
            for number in 1..<count { hub.hub.registry?.remove("urn:\(number)") }
            #expect(try await hub.exchange(self.get(path, headers)).status == "200 OK")
        }
    }
}
