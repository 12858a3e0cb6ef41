internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import ServiceLifecycle
internal import ServiceLifecycleTestKit
internal import Testing

/// The application shuts down gracefully.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct GracefulShutdownTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The body is cancelled while it waits for something else, and the stream ends by shutting down`() async throws
    {
        try await testGracefulShutdown { (trigger) async throws in
            let log = Log<String>()
            let sink = TestSink()
            async let end = withEventStream(to: sink, clock: ManualClock()) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                log.append("sent")
                await waitForCancellation()
                log.append("ended")
            }
            #expect(await log.next() == "sent")
            trigger.triggerGracefulShutdown()
            #expect(try await end == .shuttingDown)
            #expect(log.entries == ["sent", "ended"])
            #expect(sink.written == ["data: 1\n\n"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The write under way is completed; whoever is in the queue or comes later gets a typed error`() async throws {
        try await testGracefulShutdown { (trigger) async throws in
            let sink = TestSink(isBlocked: true)
            let first = Log<SSEServerError.Code?>()
            let second = Log<SSEServerError.Code?>()
            async let end = withEventStream(to: sink, clock: ManualClock()) { writer in
                async let isSent: Void = first.record { try await writer.send(ServerSentEvent(data: "1")) }
                try? await gracefulShutdown()
                await second.record { try await writer.send(ServerSentEvent(data: "2")) }
                sink.unblock()
                await isSent
            }
            var begun = sink.begun.makeAsyncIterator()
            #expect(await begun.next() == "data: 1\n\n")
            trigger.triggerGracefulShutdown()
            #expect(try await end == .shuttingDown)
            #expect(first.entries == [nil])
            #expect(second.entries == [.shuttingDown])
            #expect(sink.written == ["data: 1\n\n"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write under way that the client does not take is still ended by its deadline`() async throws {
        try await testGracefulShutdown { (trigger) async throws in
            let clock = ManualClock()
            let sink = TestSink(isBlocked: true)
            let configuration = EventStreamConfiguration(keepAliveInterval: nil)
            async let error = thrownError {
                try await withEventStream(to: sink, configuration: configuration, clock: clock) { writer in
                    try await writer.send(ServerSentEvent(data: "1"))
                }
            }
            var begun = sink.begun.makeAsyncIterator()
            _ = await begun.next()
            try await clock.waitForSleeper(until: .seconds(30))
            trigger.triggerGracefulShutdown()
            clock.advance(by: .seconds(30))
            #expect((await error as? SSEServerError)?.code == .writeTimedOut)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream that begins during a shutdown ends at once`() async throws {
        try await testGracefulShutdown { (trigger) async throws in
            trigger.triggerGracefulShutdown()
            let end = try await withEventStream(to: TestSink(), clock: ManualClock()) { _ in await waitForCancellation()
            }
            #expect(end == .shuttingDown)
        }
    }
}
