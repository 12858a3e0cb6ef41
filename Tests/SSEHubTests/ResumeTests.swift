import SSEBroker
import SSEHub
import SSETestSupport
import ServerSentEvents
import Testing

/// Subscribers that come back, and say where they were.
@Suite(.timeLimit(.minutes(3)))
struct ResumeTests {
    /// Publishes the events 1 to 3 and checks what a subscriber gets who comes after that.
    @available(SwiftSSE 1.0, *)
    private func expect(
        _ query: String,
        _ fields: [String],
        policy: ResumePolicy = .startLive,
        retained: Int = 100,
        header: String?,
        _ events: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withHub { configuration in
            configuration.broker.resumePolicy = policy
            configuration.broker.retention.events = retained
        } _: { hub in
            for number in 1...3 {
                try await hub.broker.publish(ServerSentEvent(data: "\(number)", id: try .init("\(number)")), to: "a")
            }
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a\(query)", fields)
                #expect(head.statusLine == "HTTP/1.1 200 OK", sourceLocation: sourceLocation)
                let position = EventPosition(epoch: hub.broker.bounds.epoch, sequence: 3).wireID
                #expect(head["Last-Event-ID"] == [header ?? position], sourceLocation: sourceLocation)
                // What is in the log first, since the next event may take its place there.
                var received = ""
                if let last = events.split(separator: "data: ").last {
                    received = try await client.readEvents(through: String(last.prefix { $0 != "\n" }))
                }
                try await hub.broker.publish(ServerSentEvent(data: "end", id: "4"), to: "a")
                received += try await client.readEvents(through: "end")
                #expect(received == ":\n\(events)id: 4\ndata: end\n\n", sourceLocation: sourceLocation)
            }
        }
    }

    private static let all = "id: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n"
    private static let rest = "id: 2\ndata: 2\n\nid: 3\ndata: 3\n\n"
    private static let last = "id: 3\ndata: 3\n\n"

    @available(SwiftSSE 1.0, *)
    @Test func `Without an id it begins with what comes`() async throws {
        try await self.expect("", [], header: nil, "")
        // An empty one is told where it begins.
        try await self.expect("&lastEventID=", [], header: "3", "")
        try await self.expect("", ["Last-Event-ID:"], header: "3", "")
    }

    @available(SwiftSSE 1.0, *)
    @Test func `With an id it goes on behind that event, and is told so`() async throws {
        try await self.expect("", ["Last-Event-ID: 1"], header: "1", Self.rest)
        try await self.expect("&lastEventID=1", [], header: "1", Self.rest)
        try await self.expect("&Last-Event-ID=1", [], header: "1", Self.rest)
        try await self.expect("&lastEventID=3", [], header: "3", "")
    }

    @available(SwiftSSE 1.0, *)
    @Test func `The header wins over the query, and the new name there over the old one`() async throws {
        try await self.expect("&lastEventID=1", ["Last-Event-ID: 2"], header: "2", Self.last)
        try await self.expect("&Last-Event-ID=1&lastEventID=2", [], header: "2", Self.last)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `All that is kept can be asked for`() async throws {
        try await self.expect("", ["Last-Event-ID: earliest"], header: "earliest", Self.all)
        try await self.expect("&lastEventID=earliest", [], header: "earliest", Self.all)
        // Although there is an event before the oldest that is kept.
        try await self.expect("&lastEventID=earliest", [], retained: 2, header: "earliest", Self.rest)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("0", "unknown"), ("#0-1", "foreignEpoch"), ("#", "malformed"), ("#x", "malformed"),
        (String(repeating: "a", count: 2000), "tooLong"), ("\u{202E}", "unknown"), ("%00", "unknown"),
    ])
    func `With an id that is not known it gets a gap and what comes, or all, as the policy says`(
        id: String,
        reason: String
    ) async throws {
        let gap = "event: gap\ndata: \(reason)\n\n"
        let query = "&lastEventID=\(percentEncoded(id).replacing("%2500", with: "%00"))"
        try await self.expect(query, [], policy: .startLive, header: "3", gap)
        try await self.expect(query, [], policy: .replayAll, header: "earliest", gap + Self.all)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `With an id that has left the log it gets a gap`() async throws {
        try await self.expect(
            "&lastEventID=1",
            [],
            policy: .replayAll,
            retained: 1,
            header: "earliest",
            "event: gap\ndata: unknown\n\n" + Self.last
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test func `With an id that is not known it is refused, if the policy says so`() async throws {
        try await withHub { configuration in
            configuration.broker.resumePolicy = .refuse
        } _: { hub in
            try await hub.broker.publish(ServerSentEvent(data: "1", id: "1"), to: "a")
            let refused = try await hub.exchange(subscription("?topic=a", ["Last-Event-ID: 0"]))
            #expect(refused.status == "412 Precondition Failed")
            #expect(refused.isOneLineOfText)
            #expect(hub.broker.subscriptionCount == 0)
            try await hub.withConnection { client in
                let head = try await client.subscribe("?topic=a&lastEventID=1")
                #expect(head.statusLine == "HTTP/1.1 200 OK")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Of an empty log the earliest is told`() async throws {
        try await withHub { hub in
            for query in ["&lastEventID=", "&lastEventID=earliest", "&lastEventID=1"] {
                try await hub.withConnection { client in
                    let head = try await client.subscribe("?topic=a\(query)")
                    #expect(head["Last-Event-ID"] == ["earliest"])
                }
            }
        }
    }
}
