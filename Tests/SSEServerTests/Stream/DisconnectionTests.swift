internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// The client leaves.
@Suite(.timeLimit(.minutes(3)))
struct DisconnectionTests {
    private struct SinkError: Error {}

    @Test
    @available(SwiftSSE 1.0, *)
    func `The body is cancelled while it waits for something else`() async throws {
        let client = TestClient()
        let log = Log<String>()
        async let end = withEventStream(to: TestSink(), clock: ManualClock(), onDisconnect: client.connect) { _ in
            log.append("begun")
            await waitForCancellation()
            log.append("ended")
        }
        #expect(await log.next() == "begun")
        #expect(client.handlerCount == 1)
        client.leave()
        #expect(try await end == .clientDisconnected)
        #expect(log.entries == ["begun", "ended"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Senders get a typed error: the one whose write is under way, those in the queue, those who come later`()
        async throws
    {
        let client = TestClient()
        let sink = TestSink(isBlocked: true)
        let log = Log<SSEServerError.Code?>()
        async let end = withEventStream(to: sink, clock: ManualClock(), onDisconnect: client.connect) { writer in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { await log.record { try await writer.comment("") } } }
            }
            await log.record { try await writer.comment("") }
        }
        var begun = sink.begun.makeAsyncIterator()
        _ = await begun.next()
        client.leave()
        #expect(try await end == .clientDisconnected)
        #expect(log.entries == Array(repeating: .clientDisconnected, count: 4))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What the body throws after that is not passed on`() async throws {
        let client = TestClient()
        let log = Log<String>()
        async let end = withEventStream(to: TestSink(), clock: ManualClock(), onDisconnect: client.connect) { _ in
            log.append("begun")
            await waitForCancellation()
            throw CancellationError()
        }
        #expect(await log.next() == "begun")
        client.leave()
        #expect(try await end == .clientDisconnected)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that left before the stream began ends it at once`() async throws {
        let log = Log<SSEServerError.Code?>()
        let end = try await withEventStream(to: TestSink(), clock: ManualClock(), onDisconnect: { $0() }) { writer in
            await log.record { try await writer.send(ServerSentEvent(data: "1")) }
        }
        #expect(end == .clientDisconnected)
        #expect(log.entries == [.clientDisconnected])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that fails means that the client has left, and the sender gets the sink's error as the cause`()
        async throws
    {
        let sink = TestSink(isBlocked: true)
        let errors = Log<(any Error)?>()
        async let end = withEventStream(to: sink, clock: ManualClock()) { writer in
            errors.append(await thrownError { try await writer.send(ServerSentEvent(data: "1")) })
            await waitForCancellation()
        }
        var begun = sink.begun.makeAsyncIterator()
        _ = await begun.next()
        sink.fail(SinkError())
        #expect(try await end == .clientDisconnected)
        let error = try #require(errors.entries.first as? SSEServerError)
        #expect(error.code == .clientDisconnected)
        #expect(error.cause is SinkError)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that leaves after the end changes nothing, and the stream is not kept alive for it`() async throws {
        final class Canary: Sendable {}
        let client = TestClient()
        weak let canary: Canary?
        do {
            let kept = Canary()
            canary = kept
            let clock = ObservedClock { withExtendedLifetime(kept) {} }
            let end = try await withEventStream(to: TestSink(), clock: clock, onDisconnect: client.connect) { _ in }
            #expect(end == .completed)
        }
        #expect(canary == nil)
        client.leave()
    }
}
