internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Synchronization
internal import Testing

/// How streams end from within: the body, the writer, the caller.
@Suite(.timeLimit(.minutes(3)))
struct StreamEndTests {
    private struct BodyError: Error {}

    @Test
    @available(SwiftSSE 1.0, *)
    func `What the body throws comes out, after what it had sent`() async throws {
        let sink = TestSink()
        await #expect(throws: BodyError.self) {
            try await withEventStream(to: sink) { writer in
                try await writer.send(ServerSentEvent(data: "1"))
                throw BodyError()
            }
        }
        #expect(sink.written == ["data: 1\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A writer that is used after the body has returned throws`() async throws {
        let sink = TestSink()
        let kept = Mutex<EventStreamWriter?>(nil)
        try await withEventStream(to: sink) { writer in kept.withLock { $0 = writer } }
        let writer = try #require(kept.withLock { $0 })
        for _ in 0..<2 {
            let error = await thrownError { try await writer.send(ServerSentEvent(data: "1")) }
            #expect((error as? SSEServerError)?.code == .streamEnded)
        }
        #expect(sink.written == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A body that does nothing makes an empty stream`() async throws {
        let sink = TestSink()
        #expect(try await withEventStream(to: sink) { _ in } == .completed)
        #expect(sink.written == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelling the caller cancels the body while it waits for something else, and throws`() async throws {
        let log = Log<String>()
        await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                await thrownError {
                    try await withEventStream(to: TestSink(), clock: ManualClock()) { _ in
                        log.append("begun")
                        await waitForCancellation()
                        log.append("ended")
                    }
                }
            }
            #expect(await log.next() == "begun")
            group.cancelAll()
            #expect(await group.next() is CancellationError)
        }
        #expect(log.entries == ["begun", "ended"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelling the caller cancels a write that the client does not take, and throws`() async throws {
        for _ in 0..<100 {
            let sink = TestSink(isBlocked: true)
            await withTaskGroup(of: (any Error)?.self) { group in
                group.addTask {
                    await thrownError {
                        try await withEventStream(to: sink, clock: ManualClock()) { writer in
                            try await writer.send(ServerSentEvent(data: "1"))
                        }
                    }
                }
                var begun = sink.begun.makeAsyncIterator()
                _ = await begun.next()
                group.cancelAll()
                #expect(await group.next() is CancellationError)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A caller that is cancelled already gets no stream`() async throws {
        await withTaskGroup(of: (any Error)?.self) { group in
            group.cancelAll()
            group.addTask {
                await thrownError {
                    try await withEventStream(to: TestSink(), clock: ManualClock()) { _ in await waitForCancellation() }
                }
            }
            #expect(await group.next() is CancellationError)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A caller that is cancelled when all is written, but before it knows, is told that it is cancelled`()
        async throws
    {
        let caller = Mutex<Task<(any Error)?, Never>?>(nil)
        // The timer is cancelled when the stream has ended.
        let clock = ObservedClock { caller.withLock { $0 }?.cancel() }
        let begin = Turnstile()
        let task = Task {
            await thrownError {
                try await begin.pass()
                try await withEventStream(to: TestSink(), clock: clock) { _ in try await clock.base.waitForSleepers(1) }
            }
        }
        caller.withLock { $0 = task }
        begin.open()
        #expect(await task.value is CancellationError)
    }
}
