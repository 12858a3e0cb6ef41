internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// What an application's life does to a subscription.
@Suite(.timeLimit(.minutes(3)))
struct ApplicationChangeTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The background pauses it, the foreground connects at once, another network reconnects`() async throws {
        let transport = InMemoryTransport { _, number in
            InMemoryResponse("id: \(number)\ndata: \(number)\n\n", ending: .open)
        }
        let clock = ManualClock()
        let subscription = EventStreamClient(transport: transport)
            .subscription(to: EventStreamRequest(url: "http://server/"), configuration: .init(clock: clock))
        let (changes, continuation) = AsyncStream<ApplicationChange>.makeStream()
        try await UpdateRecorder().record(subscription) { recorder in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await subscription.follow(changes) }
                var lines = await recorder.next(3)
                #expect(lines == ["connecting 1", "opened 200", "event 1"])
                continuation.yield(.background)
                lines = await recorder.next(1)
                #expect(lines == ["paused"])
                continuation.yield(.network)
                continuation.yield(.foreground)
                lines = await recorder.next(3)
                #expect(lines == ["connecting 2 after 1", "opened 200", "event 2"])
                continuation.yield(.network)
                lines = await recorder.next(3)
                #expect(lines == ["connecting 3 after 2", "opened 200", "event 3"])
                continuation.finish()
            }
        }
    }
}
