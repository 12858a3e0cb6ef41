import Foundation
import SSEBroker
import SSETestSupport
import ServerSentEvents
import Testing

@testable import SSEHub

/// `rewind`, `since` and `history`: what there is already, for who comes first.
@Suite(.timeLimit(.minutes(3)))
struct HistoryEndpointTests {
    @available(SwiftSSE 1.0, *)
    private static func publish(_ numbers: ClosedRange<Int>, on hub: RunningHub) async throws {
        for number in numbers { try await hub.broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
    }

    private static func data(_ events: String) -> [String] {
        events.matches(of: /data: ([a-z0-9]+)/).map { String($0.output.1) }
    }

    @available(SwiftSSE 1.0, *)
    private static func json(_ response: Response) throws -> [String: Any] {
        #expect(response.status == "200 OK" && response.head["Content-Type"] == ["application/json"])
        return try #require(try JSONSerialization.jsonObject(with: Data(response.body.utf8)) as? [String: Any])
    }

    // MARK: Streams

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [("rewind=3", 8), ("rewind=100", 1), ("rewind=0", 11), ("since=0", 1), ("since=4000000000", 11)])
    func `A stream begins with what it asks for, and goes on with what comes`(query: String, first: Int) async throws {
        try await withHub { hub in
            try await Self.publish(1...10, on: hub)
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a&\(query)")
                let begin = EventPosition(epoch: hub.broker.bounds.epoch, sequence: UInt64(first - 1)).wireID
                #expect(head.statusLine == "HTTP/1.1 200 OK" && head["Last-Event-ID"] == [begin])
                try await Self.publish(11...11, on: hub)
                #expect(Self.data(try await client.readEvents(through: "11")) == (first...11).map { "\($0)" })
            }
        }
    }

    /// A browser's EventSource comes back by the same address, and with the id of the last event that it had.
    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["rewind=5", "since=0"])
    func `Whoever comes back with a last event ID gets what follows that, and nothing again`(query: String) async throws
    {
        try await withHub { hub in
            try await Self.publish(1...10, on: hub)
            let id = EventPosition(epoch: hub.broker.bounds.epoch, sequence: 9).wireID
            try await hub.withConnection { client in
                _ = try await client.subscribe("?topic=a&\(query)", ["Last-Event-ID: \(id)"])
                try await Self.publish(11...11, on: hub)
                #expect(Self.data(try await client.readEvents(through: "11")) == ["10", "11"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A time can be written as people and as programs do`() throws {
        func since(_ text: String) throws -> SubscriptionStart {
            try SubscriptionStart(FormFields("since=\(percentEncoded(text))".utf8))
        }
        let noon = SubscriptionStart.since(.seconds(1_796_040_000))
        for text in ["2026-11-30T12:00:00Z", "2026-11-30T14:00:00+02:00", "1796040000", "1796040000.0"] {
            #expect(try since(text) == noon, "\(text)")
        }
        for text in ["2026-11-30T12:00:00.250Z", "1796040000.25"] {
            #expect(try since(text) == .since(.milliseconds(1_796_040_000_250)), "\(text)")
        }
        for text in ["", "yesterday", "-5", "1e99", "999999999999999", "nan", ".", "12:00", "2026-11-30"] {
            #expect(throws: HubRefusal.self, "\(text)") { try since(text) }
        }
    }

    // MARK: Pages

    @available(SwiftSSE 1.0, *)
    @Test func `A history is pages of JSON, from the newest to the oldest`() async throws {
        try await withHub { hub in
            try await hub.broker.publish(
                ServerSentEvent(type: "note", data: "one\ntwo", id: "mine", retry: .milliseconds(5)),
                to: "a",
                "other"
            )
            try await Self.publish(2...5, on: hub)
            let first = try await hub.exchange(subscription("?topic=a&history=3"))
            let page = try Self.json(first)
            let events = try #require(page["events"] as? [[String: Any]])
            #expect(events.map { $0["data"] as? String } == ["3", "4", "5"])
            #expect(events[0]["private"] as? Bool == false && events[0]["type"] as? String == "message")
            let time = try #require(events[0]["time"] as? String)
            let age = try Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
                .timeIntervalSinceNow
            #expect(age < 1 && age > -600)
            let last = EventPosition(epoch: hub.broker.bounds.epoch, sequence: 5).wireID
            #expect(page["lastEventID"] as? String == last && first.head["Last-Event-ID"] == [last])
            let earlier = try #require(page["earlier"] as? String)
            let link = "?topic=a&history=3&before=\(percentEncoded(earlier))"
            #expect(first.head["Link"] == ["<\(link.replacing("%2D", with: "-"))>; rel=\"prev\""])

            let second = try Self.json(try await hub.exchange(subscription(link)))
            #expect(second["earlier"] is NSNull)
            let rest = try #require(second["events"] as? [[String: Any]])
            #expect(rest.map { $0["data"] as? String } == ["one\ntwo", "2"])
            #expect(rest[0]["id"] as? String == "mine" && rest[0]["type"] as? String == "note")
            #expect(rest[0]["retry"] as? Int == 5)
            // Of topics that were not asked for nobody is told.
            #expect(rest[0]["topics"] as? [String] == ["a"])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A history is a stream that ends for whoever takes one`() async throws {
        try await withHub { hub in
            try await Self.publish(1...5, on: hub)
            let response = try await hub.exchange(
                subscription("?topic=a&history=2", ["Accept: text/html, Text/Event-Stream;q=0.5"])
            )
            #expect(response.status == "200 OK" && response.head["Content-Type"] == ["text/event-stream"])
            #expect(Self.data(response.body) == ["4", "5"] && response.body.hasSuffix("\n\n"))
            #expect(response.head["Link"].count == 1)
            let all = try await hub.exchange(subscription("?topic=a&history=5", ["Accept: text/event-stream"]))
            #expect(Self.data(all.body).count == 5 && all.head["Link"].isEmpty)
            // Ranges are not a wish for one.
            let others = [
                "*/*", "text/*", "application/json", "text/event-stream;q=0", "application/json, text/event-stream;q=0",
                "text/event-stream; q=0.1, application/json;q=0.2",
            ]
            for accept in others {
                _ = try Self.json(try await hub.exchange(subscription("?topic=a&history=2", ["Accept: \(accept)"])))
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A history has private events for those who may have them`() async throws {
        try await withHub { configuration in
            configuration.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key), admitsOthers: true)
        } _: { hub in
            for isPrivate in [false, true] {
                let event = ServerSentEvent(data: isPrivate ? "secret" : "open")
                try await hub.broker.publish(Publication(event, topics: ["a", "b"], isPrivate: isPrivate))
            }
            let bearer = ["Authorization: Bearer \(try await TestToken.subscribing(to: "b").signed())"]
            for (fields, expected, topics) in [
                ([], [["open"], ["a", "b"]], []), (bearer, [["open", "secret"], ["a", "b"]], ["b"]),
            ] as [([String], [[String]], [String])] {
                let request = subscription("?topic=a&topic=b&history=9", fields)
                let events = try #require(try Self.json(try await hub.exchange(request))["events"] as? [[String: Any]])
                #expect(events.map { $0["data"] as? String } == expected[0])
                #expect(events[0]["topics"] as? [String] == expected[1])
                if events.count > 1 {
                    #expect(events[1]["topics"] as? [String] == topics && events[1]["private"] as? Bool == true)
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Who has to have a token gets no history without one`() async throws {
        try await withHub { configuration in
            configuration.subscribePolicy = .bearersOfTokens(try .secret(TestToken.key))
        } _: { hub in
            let response = try await hub.exchange(subscription("?topic=a&history=9"))
            #expect(response.status == "401 Unauthorized")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "rewind=", "rewind=-1", "rewind=10001", "rewind=x", "rewind=%2B5", "history=1001", "history=",
        "history=99999999999999999999", "since=x", "rewind=1&since=0", "rewind=1&history=1", "before=x",
        "history=1&before=x", "history=1&before=",
    ])
    func `What cannot be asked for is one line`(query: String) async throws {
        try await withHub { hub in
            let response = try await hub.exchange(subscription("?topic=a&\(query)"))
            #expect(response.status == "400 Bad Request" && response.isOneLineOfText, "\(response.body)")
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A page of another log is refused`() async throws {
        try await withHub { hub in
            let foreign = EventPosition(epoch: hub.broker.bounds.epoch ^ 1, sequence: 1).wireID
            let response = try await hub.exchange(subscription("?topic=a&history=1&before=\(percentEncoded(foreign))"))
            #expect(response.status == "400 Bad Request" && response.isOneLineOfText, "\(response.body)")
        }
    }

    // MARK: What it costs

    @available(SwiftSSE 1.0, *)
    @Test func `Only so many pages are in memory at a time, and a place is given back`() async throws {
        let permits = PagePermits(maximum: 32)
        var taken = (0..<permits.maximum).compactMap { _ in permits.take() }
        #expect(taken.count == permits.maximum && permits.take() == nil)
        taken.removeLast()
        #expect(permits.take() != nil)
        taken = []
        #expect(permits.count == 0)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Pages that have been sent make room for others`() async throws {
        try await withHub { hub in
            try await Self.publish(1...2, on: hub)
            try await hub.withConnection { client in
                for _ in 0..<(2 * 32) {
                    let response = try await client.exchange(subscription("?topic=a&history=1"))
                    #expect(response.status == "200 OK")
                }
            }
        }
    }
}
