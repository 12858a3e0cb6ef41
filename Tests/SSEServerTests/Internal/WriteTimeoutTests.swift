internal import SSEServer
internal import SSETestSupport
internal import Testing

/// The deadline of what is written before and after a stream.
@Suite(.timeLimit(.minutes(3)))
struct WriteTimeoutTests {
    private struct WriteError: Error {}

    @Test("A write that takes too long is cancelled, with a typed error")
    @available(SwiftSSE 1.0, *)
    func timeOut() async throws {
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

    @Test("A write in time leaves nobody waiting")
    @available(SwiftSSE 1.0, *)
    func inTime() async throws {
        let clock = ManualClock()
        try await withWriteTimeout(.seconds(30), clock: clock) {}
        #expect(clock.sleeperCount == 0)
    }

    @Test("What the write throws comes out", arguments: [.seconds(30), nil] as [Duration?])
    @available(SwiftSSE 1.0, *)
    func failure(timeout: Duration?) async throws {
        await #expect(throws: WriteError.self) {
            try await withWriteTimeout(timeout, clock: ManualClock()) { throw WriteError() }
        }
    }
}
