internal import HTTPTypes
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// One stream out of many connections, with a clock moved by hand and without a network.
@Suite(.timeLimit(.minutes(3)))
struct SubscriptionTests {
    @available(SwiftSSE 1.0, *)
    private static func subscription(
        _ transport: InMemoryTransport,
        _ clock: ManualClock = ManualClock(),
        lastEventID: String = "",
        policy change: (inout ReconnectionPolicy) -> Void = { _ in },
        client configuration: EventStreamClient.Configuration = .defaults
    ) throws -> EventStreamSubscription {
        var policy = ReconnectionPolicy.defaults
        policy.jitter = 0
        change(&policy)
        // Nobody moves the clock in tests that are not about waiting.
        if policy.initialDelay == .zero { policy.multiplier = 1 }
        var request = EventStreamRequest(url: "http://server/events")
        request.lastEventID = try .init(lastEventID)
        return EventStreamClient(transport: transport, configuration: configuration)
            .subscription(to: request, configuration: .init(policy: policy, clock: clock))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Nothing is sent before the loop begins`() async throws {
        let transport = InMemoryTransport { _, _ in InMemoryResponse(status: .noContent) }
        let subscription = try Self.subscription(transport)
        #expect(transport.requests.isEmpty)
        _ = subscription.makeAsyncIterator()
        #expect(transport.requests.isEmpty)
        let events = try await subscription.collected()
        #expect(events.isEmpty)
        #expect(transport.requests.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The loop goes on over connections, each request says what came last, and 204 ends it`() async throws {
        let clock = ManualClock()
        let transport = InMemoryTransport { _, number in
            switch number {
            case 1: InMemoryResponse("id: 1\nda", "ta: a\n\ndata: b\n\nid: lost\ndata: lost\n", ending: .cut)
            case 2: .noConnection()
            case 3: InMemoryResponse("retry: 500\n\ndata: c\n\nid: 2\n\n")
            default: InMemoryResponse(status: .noContent)
            }
        }
        try await UpdateRecorder().record(try Self.subscription(transport, clock)) { recorder in
            var lines = await recorder.next(5)
            #expect(lines == ["connecting 1", "opened 200", "event a", "event b", "waiting 3.0 seconds connectionCut"])
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(3))
            lines = await recorder.next(2)
            #expect(lines == ["connecting 2 after 1", "waiting 6.0 seconds connectionFailed"])
            try await clock.waitForSleepers(1)
            clock.advance(by: .seconds(6))
            lines = await recorder.next(5)
            #expect(
                lines == [
                    "connecting 3 after 1", "opened 200", "reconnection time 500 ms", "event c",
                    "waiting 0.5 seconds ended",
                ]
            )
            try await clock.waitForSleepers(1)
            clock.advance(by: .milliseconds(500))
            lines = await recorder.next(3)
            #expect(lines == ["connecting 4 after 2", "closed", "over"])
        }
        #expect(transport.requests.map { $0.headers[.lastEventID] } == [nil, "1", "1", "2"])
        #expect(transport.requests.allSatisfy { $0.headers[.accept] == "text/event-stream" })
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A server that does not answer is left after 10 seconds, and asked again`() async throws {
        let clock = ManualClock()
        let feed = InMemoryFeed()
        let isAsked = Log<Void>()
        let transport = InMemoryTransport { _, number in
            isAsked.append(())
            return number == 1 ? .noResponse(feed: feed) : InMemoryResponse(status: .noContent)
        }
        try await UpdateRecorder().record(try Self.subscription(transport, clock)) { recorder in
            await isAsked.next()
            try await clock.waitForSleeper(until: .seconds(10))
            clock.advance(by: .seconds(10))
            var lines = await recorder.next(2)
            #expect(lines == ["connecting 1", "waiting 3.0 seconds connectTimeout"])
            #expect(feed.isCancelled)
            try await clock.waitForSleeper(until: .seconds(13))
            clock.advance(by: .seconds(3))
            lines = await recorder.next(3)
            #expect(lines == ["connecting 2", "closed", "over"])
        }
        #expect(transport.requests.count == 2)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Where it begins can be said, and an empty id resets that`() async throws {
        let clock = ManualClock()
        let transport = InMemoryTransport { _, number in
            number == 1 ? InMemoryResponse("id\ndata: x\n\n") : InMemoryResponse(status: .noContent)
        }
        let subscription = try Self.subscription(transport, clock, lastEventID: "ünïcode") {
            $0.initialDelay = .zero
        }
        #expect(subscription.lastEventID == "ünïcode")
        for try await event in subscription { #expect(event.data == "x") }
        #expect(transport.requests.map { $0.headers[.lastEventID] } == ["ünïcode", nil])
        #expect(subscription.lastEventID == "")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An id that cannot travel is reported and not sent`() async throws {
        let transport = InMemoryTransport { _, number in
            number == 1 ? InMemoryResponse("id: a\u{1}b\ndata: x\n\n") : InMemoryResponse(status: .noContent)
        }
        let subscription = try Self.subscription(transport) { $0.initialDelay = .zero }
        try await UpdateRecorder().record(subscription) { recorder in
            let lines = await recorder.next(8)
            #expect(lines[4...] == ["connecting 2 after a\u{1}b", "unsendable \"a\\u{01}b\"", "closed", "over"])
        }
        #expect(transport.requests.map { $0.headers[.lastEventID] } == [nil, nil])
        #expect(subscription.lastEventID.rawValue == "a\u{1}b")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A refusal that is final is thrown with all that the server said`() async throws {
        let transport = InMemoryTransport { _, _ in InMemoryResponse("no such stream", status: .notFound) }
        let subscription = try Self.subscription(transport)
        let error = try await clientError { for try await _ in subscription {} }
        #expect(error.code == .refused)
        #expect(error.refusal?.body == Array("no such stream".utf8))
        try await UpdateRecorder().record(subscription) { recorder in
            let lines = await recorder.next(2)
            #expect(lines == ["failed refused", "threw refused"])
        }
        #expect(transport.requests.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Retry-After is obeyed`() async throws {
        let clock = ManualClock()
        let transport = InMemoryTransport { _, number in
            number == 1
                ? InMemoryResponse(status: .serviceUnavailable, headers: [.retryAfter: "77"])
                : InMemoryResponse(status: .noContent)
        }
        try await UpdateRecorder().record(try Self.subscription(transport, clock)) { recorder in
            var lines = await recorder.next(2)
            #expect(lines == ["connecting 1", "waiting 77.0 seconds refused"])
            try await clock.waitForSleeper(until: .seconds(77))
            clock.advance(by: .seconds(77))
            lines = await recorder.next(3)
            #expect(lines == ["connecting 2", "closed", "over"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After the last attempt that is allowed it fails, and says how that one went`() async throws {
        let transport = InMemoryTransport { _, _ in .noConnection() }
        let subscription = try Self.subscription(transport) {
            $0.initialDelay = .zero
            $0.maximumAttempts = 4
        }
        let error = try await clientError { for try await _ in subscription {} }
        #expect(error.code == .attemptsExhausted)
        #expect((error.cause as? SSEClientError)?.code == .connectionFailed)
        #expect(transport.requests.count == 5)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event beyond the limit is final, because it would come again`() async throws {
        let transport = InMemoryTransport { _, _ in
            InMemoryResponse("data: 1\n\ndata: \(String(repeating: "x", count: 99))\n\n")
        }
        var configuration = EventStreamClient.Configuration.defaults
        configuration.parser.limits.eventBytes = 50
        let subscription = try Self.subscription(transport, client: configuration)
        try await UpdateRecorder().record(subscription) { recorder in
            let lines = await recorder.next(5)
            #expect(
                lines == [
                    "connecting 1", "opened 200", "event 1", "failed ServerSentEventsError",
                    "threw ServerSentEventsError",
                ]
            )
        }
        #expect(transport.requests.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Comments, and data that is no Base64, are signals, and the stream goes on`() async throws {
        let transport = InMemoryTransport { _, _ in InMemoryResponse(": hi\n\ndata: ?\n\ndata: YWI=\n\n", ending: .open)
        }
        var configuration = EventStreamClient.Configuration.defaults
        configuration.parser.reportsComments = true
        configuration.parser.dataEncoding = .base64
        let subscription = try Self.subscription(transport, client: configuration)
        try await UpdateRecorder().record(subscription) { recorder in
            let lines = await recorder.next(5)
            #expect(lines[2...] == ["comment hi", "invalid data", "event ab"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A byte order mark is dropped on each connection`() async throws {
        let transport = InMemoryTransport { _, number in
            number < 3 ? InMemoryResponse("\u{FEFF}data: \(number)\n\n") : InMemoryResponse(status: .noContent)
        }
        let events = try await Self.subscription(transport) { $0.initialDelay = .zero }.collected()
        #expect(events.map(\.data) == ["1", "2"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Leaving after event 1 of 3 that came together delivers no other, and the next loop goes on after it`()
        async throws
    {
        let feed = InMemoryFeed()
        let transport = InMemoryTransport { _, number in
            number == 1 ? InMemoryResponse(feed: feed) : InMemoryResponse(status: .noContent)
        }
        feed.send("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n")
        let subscription = try Self.subscription(transport)
        for try await event in subscription {
            #expect(event.data == "a")
            break
        }
        #expect(feed.isCancelled)
        let rest = try await subscription.collected()
        #expect(rest.isEmpty)
        #expect(transport.requests.map { $0.headers[.lastEventID] } == [nil, "1"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A second loop at the same time is refused, and the first goes on`() async throws {
        let transport = InMemoryTransport { _, _ in InMemoryResponse("data: a\n\ndata: b\n\n", ending: .open) }
        let subscription = try Self.subscription(transport)
        var iterator = subscription.makeAsyncIterator()
        #expect(try await iterator.next()?.data == "a")
        let error = try await clientError { for try await _ in subscription {} }
        #expect(error.code == .alreadyIterated)
        #expect(try await iterator.next()?.data == "b")
        #expect(transport.requests.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelling the task while nothing comes closes the connection, and another task can go on`() async throws {
        let feed = InMemoryFeed()
        let transport = InMemoryTransport { _, number in
            number == 1 ? InMemoryResponse(feed: feed) : InMemoryResponse(status: .noContent)
        }
        let subscription = try Self.subscription(transport)
        let recorder = UpdateRecorder()
        try await recorder.record(subscription) { recorder in
            _ = await recorder.next(2)
        }
        #expect(recorder.lines.entries == ["connecting 1", "opened 200", "threw CancellationError"])
        await feed.waitUntilCancelled()
        let events = try await subscription.collected()
        #expect(events.isEmpty)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelling the task while it waits ends the wait`() async throws {
        let clock = ManualClock()
        let transport = InMemoryTransport { _, _ in .noConnection() }
        let recorder = UpdateRecorder()
        try await recorder.record(try Self.subscription(transport, clock)) { recorder in
            _ = await recorder.next(2)
            try await clock.waitForSleepers(1)
        }
        #expect(recorder.lines.entries.last == "threw CancellationError")
        #expect(clock.sleeperCount == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Handlers get the same, and one that throws ends it`() async throws {
        struct Enough: Error {}
        let transport = InMemoryTransport { _, _ in InMemoryResponse("data: a\n\ndata: b\n\ndata: c\n\n", ending: .open)
        }
        var seen: [String] = []
        await #expect(throws: Enough.self) {
            try await Self.subscription(transport).run(
                onSignal: { signal in if case .opened = signal { seen.append("opened") } },
                onEvent: { event in
                    seen.append(event.data)
                    if event.data == "b" { throw Enough() }
                }
            )
        }
        #expect(seen == ["opened", "a", "b"])
    }
}
