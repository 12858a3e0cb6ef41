internal import HTTPTypes
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEClient

/// What the standard and the web platform's tests ask of a client over connections, with the policy of browsers.
///
/// Statuses, types and redirects of one connection stand in `StatusTests`, `ContentTypeTests` and `RedirectTests`.
@Suite(.timeLimit(.minutes(3)))
struct StandardBehaviourTests {
    /// Plays streams one after the other, and 204 after the last, with all waits at once.
    ///
    /// - Returns: What happened, and the `Last-Event-ID` of each request.
    @available(SwiftSSE 1.0, *)
    private static func play(_ bodies: [UInt8]...) async throws -> (lines: [String], ids: [String?]) {
        let clock = ManualClock()
        let transport = InMemoryTransport { _, number in
            guard number <= bodies.count else { return InMemoryResponse(status: .noContent) }
            let feed = InMemoryFeed()
            feed.send(bodies[number - 1])
            feed.end()
            return InMemoryResponse(feed: feed)
        }
        let subscription = EventStreamClient(transport: transport).subscription(
            to: EventStreamRequest(url: "http://server/"),
            configuration: .init(policy: .browser, clock: clock)
        )
        var lines: [String] = []
        try await UpdateRecorder().record(subscription) { recorder in
            while lines.last != "over", lines.last?.hasPrefix("threw") != true {
                lines += await recorder.next(1)
                if let line = lines.last, line.hasPrefix("waiting"), line.hasPrefix("waiting 0.0 ") == false {
                    try await clock.waitForSleepers(1)
                    clock.advance(by: .seconds(1000))
                }
            }
        }
        return (lines, transport.requests.map { $0.headers[.lastEventID] })
    }

    @available(SwiftSSE 1.0, *)
    private static func play(_ bodies: String...) async throws -> (lines: [String], ids: [String?]) {
        switch bodies.count {
        case 1: try await self.play(Array(bodies[0].utf8))
        case 2: try await self.play(Array(bodies[0].utf8), Array(bodies[1].utf8))
        default: try await self.play(Array(bodies[0].utf8), Array(bodies[1].utf8), Array(bodies[2].utf8))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An empty body is followed by another request after three seconds, each time`() async throws {
        let lines = try await Self.play("", "", "").lines
        #expect(lines.filter { $0.hasPrefix("waiting") } == Array(repeating: "waiting 3.0 seconds ended", count: 3))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A status other than 200, 204 among them, is final: no request follows`() async throws {
        let (lines, ids) = try await Self.play("retry: 2\ndata: a\n\n", "data: b\n\n")
        #expect(
            lines == [
                "connecting 1", "opened 200", "reconnection time 2 ms", "event a", "waiting 0.002 seconds ended",
                "connecting 2", "opened 200", "event b", "waiting 0.002 seconds ended",
                "connecting 3", "failed refused", "threw refused",
            ]
        )
        #expect(ids == [nil, nil, nil])
    }

    @Test(arguments: [("retry: 03000\n\n", "3.0"), ("retry: 3000\nretry: 1000x\n\n", "3.0"), ("retry: 2\n\n", "0.002")])
    @available(SwiftSSE 1.0, *)
    func `A reconnection time is obeyed, in decimal, and what is none is ignored`(body: String, seconds: String)
        async throws
    {
        let lines = try await Self.play(body, "data: x\n\n").lines
        #expect(
            lines.filter { $0.hasPrefix("waiting") } == Array(repeating: "waiting \(seconds) seconds ended", count: 2)
        )
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is unfinished at the end of a stream is forgotten`() async throws {
        let (lines, ids) = try await Self.play("id: 1\nevent: ping\ndata: lost", "data: x\n\n")
        #expect(lines.filter { $0.hasPrefix("event") } == ["event x"])
        #expect(ids == [nil, nil, nil])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An id is kept over streams that have none, changes with the next, and counts without data`() async throws {
        let (_, ids) = try await Self.play("id: 1\ndata: a\n\n", "data: b\n\n", "id: 2\n\n")
        #expect(ids == [nil, "1", "1", "2"])
    }

    @Test(arguments: ["id:", "id", "id: "])
    @available(SwiftSSE 1.0, *)
    func `An empty id resets`(field: String) async throws {
        let (_, ids) = try await Self.play("id: 1\ndata: a\n\n", "\(field)\ndata: b\n\n")
        #expect(ids == [nil, "1", nil])
    }

    @Test(arguments: ["\0\0", "x\0", "\0x", "x\0x", " \0"])
    @available(SwiftSSE 1.0, *)
    func `An id with NUL is ignored`(id: String) async throws {
        let (_, ids) = try await Self.play("id: \(id)\ndata: a\n\n")
        #expect(ids == [nil, nil])
    }

    @Test(arguments: ["…", "é\u{1F600}\u{FFFD}\u{FEFF}", "0", "a,b:c", "<", String(repeating: "a", count: 255)])
    @available(SwiftSSE 1.0, *)
    func `An id is sent as it is`(id: String) async throws {
        let (_, ids) = try await Self.play("id: \(id)\ndata: a\n\n")
        #expect(ids == [nil, id])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Invalid UTF-8 in an id is sent in its decoded form`() async throws {
        let (_, ids) = try await Self.play(Array("id: a".utf8) + [0xFF] + Array("b\ndata: x\n\n".utf8))
        #expect(ids == [nil, "a\u{FFFD}b"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Events named error and open are events like others`() async throws {
        let lines = try await Self.play("event: error\ndata: a\n\nevent: open\ndata: b\n\n").lines
        #expect(lines.prefix(4) == ["connecting 1", "opened 200", "event a", "event b"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A redirect on a reconnection is followed, and its target gets the last event ID as well`() async throws {
        let transport = InMemoryTransport { request, number in
            switch number {
            case 1: InMemoryResponse("id: 7\ndata: x\n\n")
            case 2: InMemoryResponse(status: .temporaryRedirect, headers: [.location: "/new"])
            default: InMemoryResponse(status: .noContent)
            }
        }
        var policy = ReconnectionPolicy.defaults
        policy.initialDelay = .zero
        let events = try await EventStreamClient(transport: transport)
            .subscription(to: EventStreamRequest(url: "http://server/old"), configuration: .init(policy: policy))
            .collected()
        #expect(events.count == 1)
        #expect(transport.requests.map(\.url) == ["http://server/old", "http://server/old", "http://server/new"])
        #expect(transport.requests.map { $0.headers[.lastEventID] } == [nil, "7", "7"])
    }
}
