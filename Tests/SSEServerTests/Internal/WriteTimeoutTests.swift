internal import SSEServer
internal import SSETestSupport
internal import Testing

/// The deadline of what is written before and after a stream.
@Suite(.timeLimit(.minutes(3)))
struct WriteTimeoutTests {
    private struct WriteError: Error {}

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that takes too long is cancelled, with a typed error`() async throws {
        let clock = ManualClock()
        let log = Log<String>()
        async let error = thrownError {
            try await withWriteTimeout(.seconds(30), clock: clock) {
                await waitForCancellation()
                log.append("cancelled")
            }
        }
        try await clock.waitForSleeper(until: .seconds(30))
        clock.advance(by: .seconds(30))
        #expect((await error as? SSEServerError)?.code == .writeTimedOut)
        #expect(log.entries == ["cancelled"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write in time leaves nobody waiting`() async throws {
        let clock = ManualClock()
        try await withWriteTimeout(.seconds(30), clock: clock) {}
        #expect(clock.sleeperCount == 0)
    }

    @Test(arguments: [.seconds(30), nil] as [Duration?])
    @available(SwiftSSE 1.0, *)
    func `What the write throws comes out`(timeout: Duration?) async throws {
        await #expect(throws: WriteError.self) {
            try await withWriteTimeout(timeout, clock: ManualClock()) { throw WriteError() }
        }
    }
}
