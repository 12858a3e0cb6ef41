internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// What a subscription is told from outside of its loop.
@Suite(.timeLimit(.minutes(3)))
struct SubscriptionCommandTests {
    @available(SwiftSSE 1.0, *)
    private static func subscription(_ transport: InMemoryTransport, _ clock: ManualClock = ManualClock())
        -> EventStreamSubscription
    {
        var policy = ReconnectionPolicy.defaults
        policy.jitter = 0
        return EventStreamClient(transport: transport).subscription(
            to: EventStreamRequest(url: "http://server/events"),
            configuration: .init(policy: policy, clock: clock)
        )
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A pause closes the connection; resuming connects at once, after the last event`() async throws {
        let first = InMemoryFeed()
        let transport = InMemoryTransport { _, number in
            number == 1 ? InMemoryResponse(feed: first) : InMemoryResponse("id: 2\ndata: b\n\n", ending: .open)
        }
        let subscription = Self.subscription(transport)
        try await UpdateRecorder().record(subscription) { recorder in
            first.send("id: 1\ndata: a\n\n")
            var lines = await recorder.next(3)
            #expect(lines == ["connecting 1", "opened 200", "event a"])
            subscription.pause()
            lines = await recorder.next(1)
            #expect(lines == ["paused"])
            await first.waitUntilCancelled()
            subscription.pause()
            subscription.reconnectNow()
            subscription.resume()
            lines = await recorder.next(3)
            #expect(lines == ["connecting 2 after 1", "opened 200", "event b"])
        }
        #expect(transport.requests.count == 2)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A pause before the loop begins keeps it from connecting`() async throws {
        let transport = InMemoryTransport { _, _ in InMemoryResponse(status: .noContent) }
        let subscription = Self.subscription(transport)
        subscription.pause()
        try await UpdateRecorder().record(subscription) { recorder in
            var lines = await recorder.next(1)
            #expect(lines == ["paused"])
            #expect(transport.requests.isEmpty)
            subscription.resume()
            lines = await recorder.next(3)
            #expect(lines == ["connecting 1", "closed", "over"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A pause in a wait ends it, and a second pause is reported again`() async throws {
        let clock = ManualClock()
        let transport = InMemoryTransport { _, _ in .noConnection() }
        let subscription = Self.subscription(transport, clock)
        try await UpdateRecorder().record(subscription) { recorder in
            for number in 1...2 {
                var lines = await recorder.next(2)
                #expect(lines == ["connecting \(number)", "waiting 3.0 seconds connectionFailed"])
                try await clock.waitForSleepers(1)
                subscription.pause()
                lines = await recorder.next(1)
                #expect(lines == ["paused"])
                subscription.resume()
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Reconnecting now ends a wait`() async throws {
        let clock = ManualClock()
        let transport = InMemoryTransport { _, number in
            number == 1 ? .noConnection() : InMemoryResponse(status: .noContent)
        }
        let subscription = Self.subscription(transport, clock)
        try await UpdateRecorder().record(subscription) { recorder in
            _ = await recorder.next(2)
            try await clock.waitForSleepers(1)
            subscription.reconnectNow()
            let lines = await recorder.next(3)
            #expect(lines == ["connecting 2", "closed", "over"])
        }
        #expect(clock.now.offset == .zero)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Reconnecting now while a stream is open closes it and opens another`() async throws {
        let feeds = [InMemoryFeed(), InMemoryFeed()]
        let transport = InMemoryTransport { _, number in InMemoryResponse(feed: feeds[number - 1]) }
        let subscription = Self.subscription(transport)
        try await UpdateRecorder().record(subscription) { recorder in
            feeds[0].send("id: 7\ndata: a\n\n")
            _ = await recorder.next(3)
            subscription.reconnectNow()
            var lines = await recorder.next(2)
            #expect(lines == ["connecting 2 after 7", "opened 200"])
            #expect(feeds[0].isCancelled)
            feeds[1].send("data: b\n\n")
            lines = await recorder.next(1)
            #expect(lines == ["event b"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Closing in the handler of event 1 of 3 that came together delivers neither 2 nor 3`() async throws {
        let feed = InMemoryFeed()
        feed.send("data: 1\n\ndata: 2\n\ndata: 3\n\n")
        let transport = InMemoryTransport { _, _ in InMemoryResponse(feed: feed) }
        let subscription = Self.subscription(transport)
        var seen: [String] = []
        try await subscription.run { event in
            seen.append(event.data)
            subscription.close()
        }
        #expect(seen == ["1"])
        #expect(feed.isCancelled)
        #expect(transport.requests.count == 1)
        let rest = try await subscription.collected()
        #expect(rest.isEmpty)
        #expect(transport.requests.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Closing while nothing comes ends the loop`() async throws {
        let feed = InMemoryFeed()
        let transport = InMemoryTransport { _, _ in InMemoryResponse(feed: feed) }
        let subscription = Self.subscription(transport)
        try await UpdateRecorder().record(subscription) { recorder in
            _ = await recorder.next(2)
            subscription.close()
            let lines = await recorder.next(2)
            #expect(lines == ["closed", "over"])
        }
        #expect(feed.isCancelled)
    }

    @Test(arguments: 0..<2)
    @available(SwiftSSE 1.0, *)
    func `A command given as an attempt is announced keeps its request from being made and sent`(command: Int)
        async throws
    {
        let transport = InMemoryTransport { _, _ in InMemoryResponse("data: x\n\n", ending: .open) }
        let made = Log<Int>()
        let subscription = EventStreamClient(transport: transport).subscription { attempt in
            made.append(attempt.number)
            return EventStreamRequest(url: "http://server/")
        }
        var iterator = subscription.updates.makeAsyncIterator()
        guard case .signal(.connecting) = try await iterator.next() else {
            Issue.record("Another signal came first.")
            return
        }
        if command == 0 {
            subscription.close()
            guard case .signal(.closed(.ended)) = try await iterator.next() else {
                Issue.record("It was not closed.")
                return
            }
        } else {
            subscription.pause()
            guard case .signal(.paused) = try await iterator.next() else {
                Issue.record("It was not paused.")
                return
            }
        }
        #expect(made.entries.isEmpty)
        #expect(transport.requests.isEmpty)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Closing while a request is being made ends the loop at once, and nothing is sent`() async throws {
        let transport = InMemoryTransport { _, _ in InMemoryResponse() }
        let isMaking = Log<Void>()
        let subscription = EventStreamClient(transport: transport).subscription { _ in
            isMaking.append(())
            await waitForCancellation()
            throw CancellationError()
        }
        try await UpdateRecorder().record(subscription) { recorder in
            await isMaking.next()
            subscription.close()
            let lines = await recorder.next(3)
            #expect(lines == ["connecting 1", "closed", "over"])
        }
        #expect(transport.requests.isEmpty)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What a request's maker throws after a pause does not end the subscription that goes on`() async throws {
        struct Offline: Error {}
        let transport = InMemoryTransport { _, _ in InMemoryResponse("data: x\n\n", ending: .open) }
        let isMaking = Log<Void>()
        let subscription = EventStreamClient(transport: transport).subscription { attempt in
            guard attempt.number == 1 else { return EventStreamRequest(url: "http://server/") }
            isMaking.append(())
            await waitForCancellation()
            throw Offline()
        }
        try await UpdateRecorder().record(subscription) { recorder in
            await isMaking.next()
            subscription.pause()
            subscription.resume()
            var lines: [String] = []
            while lines.last != "event x", lines.last != "over" { lines += await recorder.next(1) }
            #expect(lines.suffix(2) == ["opened 200", "event x"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A task that has been cancelled sends nothing`() async throws {
        let transport = InMemoryTransport { _, _ in InMemoryResponse() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await waitForCancellation()
                await #expect(throws: CancellationError.self) {
                    let client = EventStreamClient(transport: transport)
                    try await client.withStream(EventStreamRequest(url: "http://server/", method: .post)) { _, _ in }
                }
            }
            group.cancelAll()
        }
        #expect(transport.requests.isEmpty)
    }
}
