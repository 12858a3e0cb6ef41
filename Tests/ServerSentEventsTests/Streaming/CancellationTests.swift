internal import ServerSentEvents
internal import Testing

/// Cancelling the consumer reaches the source, and what the source makes of it reaches the consumer.
struct CancellationTests {
    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `A source that ends when its task is cancelled ends the events`() async throws {
        let (chunks, chunksContinuation) = AsyncStream<[UInt8]>.makeStream()
        let (terminations, terminationsContinuation) = AsyncStream<AsyncStream<[UInt8]>.Continuation.Termination>
            .makeStream()
        chunksContinuation.onTermination = { terminationsContinuation.yield($0) }
        let (received, receivedContinuation) = AsyncStream<ServerSentEvent>.makeStream()

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await event in chunks.serverSentEvents() { receivedContinuation.yield(event) }
                receivedContinuation.finish()
            }
            var events = received.makeAsyncIterator()
            chunksContinuation.yield(Array("data: 1\n\ndata: 2".utf8))
            #expect(await events.next() == ServerSentEvent(data: "1"))
            group.cancelAll()
            #expect(await events.next() == nil)
            try await group.waitForAll()
        }

        var terminationsIterator = terminations.makeAsyncIterator()
        guard case .cancelled = await terminationsIterator.next() else {
            Issue.record("the source was not cancelled")
            return
        }
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `A source that throws when its task is cancelled throws through the events`() async throws {
        let (received, receivedContinuation) = AsyncStream<ServerSentEvent>.makeStream()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    for try await event in SleepingSource().serverSentEvents() { receivedContinuation.yield(event) }
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            var events = received.makeAsyncIterator()
            #expect(await events.next() == ServerSentEvent(data: "1"))
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }

    /// One event, and then nothing until the task is cancelled.
    private struct SleepingSource: AsyncSequence {
        struct Iterator: AsyncIteratorProtocol {
            var hasBegun = false

            mutating func next() async throws -> [UInt8]? {
                if self.hasBegun { try await Task.sleep(for: .seconds(3600)) }
                self.hasBegun = true
                return Array("data: 1\n\n".utf8)
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator() }
    }
}
