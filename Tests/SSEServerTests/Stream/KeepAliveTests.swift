internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// An idle stream shows that it lives.
@Suite(.timeLimit(.minutes(3)))
struct KeepAliveTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A comment is sent when the interval is over, not before, and again after the next`() async throws {
        let clock = ManualClock()
        let sink = TestSink()
        let client = TestClient()
        async let end = withEventStream(to: sink, clock: clock, onDisconnect: client.connect) { _ in
            await waitForCancellation()
        }
        var begun = sink.begun.makeAsyncIterator()
        try await clock.waitForSleeper(until: .seconds(15))
        clock.advance(by: .seconds(15) - .nanoseconds(1))
        #expect(clock.sleeperCount == 1)
        clock.advance(by: .nanoseconds(1))
        #expect(await begun.next() == ":\n")
        try await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(15))
        #expect(await begun.next() == ":\n")
        client.leave()
        #expect(try await end == .clientDisconnected)
        #expect(sink.written == [":\n", ":\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `No comment is sent while events are`() async throws {
        let clock = ManualClock()
        let sink = TestSink()
        let (events, source) = AsyncStream<ServerSentEvent>.makeStream()
        let sent = Log<String>()
        async let end = withEventStream(to: sink, clock: clock) { writer in
            for await event in events {
                try await writer.send(event)
                sent.append(event.data)
            }
        }
        try await clock.waitForSleeper(until: .seconds(15))
        clock.advance(by: .seconds(10))
        source.yield(ServerSentEvent(data: "1"))
        #expect(await sent.next() == "1")
        clock.advance(by: .seconds(5))
        try await clock.waitForSleeper(until: .seconds(25))
        #expect(sink.written == ["data: 1\n\n"])
        clock.advance(by: .seconds(10))
        try await clock.waitForSleeper(until: .seconds(40))
        source.finish()
        #expect(try await end == .completed)
        #expect(sink.written == ["data: 1\n\n", ":\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After a slow write the next comment is due one interval later, though the timer slept`() async throws {
        let clock = ManualClock()
        let sink = TestSink(isBlocked: true)
        let (events, source) = AsyncStream<ServerSentEvent>.makeStream()
        let sent = Log<String>()
        async let end = withEventStream(to: sink, clock: clock) { writer in
            for await event in events {
                try await writer.send(event)
                sent.append(event.data)
            }
        }
        var begun = sink.begun.makeAsyncIterator()
        try await clock.waitForSleeper(until: .seconds(15))
        clock.advance(by: .seconds(14))
        source.yield(ServerSentEvent(data: "1"))
        #expect(await begun.next() == "data: 1\n\n")
        clock.advance(by: .seconds(1))
        try await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(1))
        sink.unblock()
        #expect(await sent.next() == "1")
        clock.advance(by: .seconds(14))
        try await clock.waitForSleeper(until: .seconds(31))
        clock.advance(by: .seconds(1))
        #expect(await begun.next() == ":\n")
        source.finish()
        #expect(try await end == .completed)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without an interval no comments are sent`() async throws {
        let clock = ManualClock()
        let sink = TestSink()
        let client = TestClient()
        let configuration = EventStreamConfiguration(keepAliveInterval: nil)
        async let end = withEventStream(
            to: sink,
            configuration: configuration,
            clock: clock,
            onDisconnect: client.connect
        ) { _ in
            await waitForCancellation()
        }
        for count in 1...10 {
            try await clock.waitForSleeper(until: .seconds(30 * count))
            clock.advance(by: .seconds(30))
        }
        client.leave()
        #expect(try await end == .clientDisconnected)
        #expect(sink.written == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that ends when a comment is due comes to its end`() async throws {
        for _ in 0..<100 {
            let clock = ManualClock()
            let (events, source) = AsyncStream<ServerSentEvent>.makeStream()
            async let end = withEventStream(to: TestSink(), clock: clock) { try await $0.send(contentsOf: events) }
            try await clock.waitForSleeper(until: .seconds(15))
            source.finish()
            clock.advance(by: .seconds(15))
            #expect(try await end == .completed)
            #expect(clock.sleeperCount == 0)
        }
    }
}
