internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// A client that does not take a write in time counts as dead.
@Suite(.timeLimit(.minutes(3)))
struct WriteDeadlineTests {
    @available(SwiftSSE 1.0, *)
    private static let withoutKeepAlive = EventStreamConfiguration(keepAliveInterval: nil, writeTimeout: .seconds(30))

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that takes too long ends the stream with a typed error, for its sender and for all others`()
        async throws
    {
        let clock = ManualClock()
        let sink = TestSink(isBlocked: true)
        let sent = Log<SSEServerError.Code?>()
        async let error = thrownError {
            try await withEventStream(to: sink, configuration: Self.withoutKeepAlive, clock: clock) { writer in
                await sent.record { try await writer.send(ServerSentEvent(data: "1")) }
                await sent.record { try await writer.send(ServerSentEvent(data: "2")) }
            }
        }
        var begun = sink.begun.makeAsyncIterator()
        #expect(await begun.next() == "data: 1\n\n")
        try await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(30))
        #expect((await error as? SSEServerError)?.code == .writeTimedOut)
        #expect(sent.entries == [.writeTimedOut, .writeTimedOut])
        #expect(sink.written == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that is done right before its deadline is in time, and the next one has a deadline of its own`()
        async throws
    {
        let clock = ManualClock()
        let sink = TestSink(isBlocked: true)
        async let error = thrownError {
            try await withEventStream(to: sink, configuration: Self.withoutKeepAlive, clock: clock) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                try await writer.send(ServerSentEvent(data: "2"))
            }
        }
        var begun = sink.begun.makeAsyncIterator()
        _ = await begun.next()
        try await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(29))
        sink.letOneThrough()
        #expect(await begun.next() == "data: 2\n\n")
        clock.advance(by: .seconds(1))
        try await clock.waitForSleeper(until: .seconds(59))
        clock.advance(by: .seconds(29))
        #expect((await error as? SSEServerError)?.code == .writeTimedOut)
        #expect(sink.written == ["data: 1\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The body is cancelled while it waits for something else`() async throws {
        let clock = ManualClock()
        let sink = TestSink(isBlocked: true)
        let log = Log<SSEServerError.Code?>()
        async let error = thrownError {
            try await withEventStream(to: sink, configuration: Self.withoutKeepAlive, clock: clock) { writer in
                async let send: Void = log.record { try await writer.send(ServerSentEvent(data: "1")) }
                await waitForCancellation()
                await send
            }
        }
        var begun = sink.begun.makeAsyncIterator()
        _ = await begun.next()
        try await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(30))
        #expect((await error as? SSEServerError)?.code == .writeTimedOut)
        #expect(log.entries == [.writeTimedOut])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A keep-alive comment that the client does not take is found by the deadline`() async throws {
        let clock = ManualClock()
        let sink = TestSink(isBlocked: true)
        async let error = thrownError {
            try await withEventStream(to: sink, clock: clock) { _ in await waitForCancellation() }
        }
        try await clock.waitForSleeper(until: .seconds(15))
        clock.advance(by: .seconds(15))
        var begun = sink.begun.makeAsyncIterator()
        #expect(await begun.next() == ":\n")
        try await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(15))
        try await clock.waitForSleeper(until: .seconds(45))
        clock.advance(by: .seconds(15))
        #expect((await error as? SSEServerError)?.code == .writeTimedOut)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The client that leaves first has left, and is not late`() async throws {
        let clock = ManualClock()
        let sink = TestSink(isBlocked: true)
        let client = TestClient()
        async let end = withEventStream(
            to: sink,
            configuration: Self.withoutKeepAlive,
            clock: clock,
            onDisconnect: client.connect
        ) { writer in
            try await writer.send(ServerSentEvent(data: "1"))
        }
        var begun = sink.begun.makeAsyncIterator()
        _ = await begun.next()
        client.leave()
        #expect(try await end == .clientDisconnected)
    }
}
