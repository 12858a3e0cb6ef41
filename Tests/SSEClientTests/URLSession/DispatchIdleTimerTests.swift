internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// The timer of streams over `URLSession`.
@Suite(.timeLimit(.minutes(3)))
struct DispatchIdleTimerTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Fires once nothing has come for the time, not before`() async {
        let fired = Log<Duration>()
        let start = ContinuousClock.now
        let timer = DispatchIdleTimer(timeout: .milliseconds(50))
        timer.start { fired.append($0) }
        timer.reset()
        #expect(await fired.next() == .milliseconds(50))
        #expect(ContinuousClock.now - start >= .milliseconds(50))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Does not fire while it is paused or stopped, and watches on after the pause`() async {
        let fired = Log<String>()
        let paused = DispatchIdleTimer(timeout: .milliseconds(20))
        let stopped = DispatchIdleTimer(timeout: .milliseconds(20))
        let other = DispatchIdleTimer(timeout: .milliseconds(200))
        paused.pause()
        stopped.stop()
        paused.start { _ in fired.append("paused") }
        stopped.start { _ in fired.append("stopped") }
        other.start { _ in fired.append("other") }
        #expect(await fired.next() == "other")
        paused.resume()
        #expect(await fired.next() == "paused")
        #expect(fired.entries == ["other", "paused"])
    }

    @Test(arguments: [Duration.seconds(Int64.max), .seconds(-1)])
    @available(SwiftSSE 1.0, *)
    func `A time beyond any life does not trap`(timeout: Duration) async {
        let fired = Log<Void>()
        let timer = DispatchIdleTimer(timeout: timeout)
        timer.start { _ in fired.append(()) }
        if timeout < .zero { await fired.next() }
        timer.stop()
    }
}
