internal import NIOCore
internal import NIOEmbedded
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// The watch on a server's silence, with a clock that is moved by hand.
@Suite
struct IdleTimerTests {
    /// Starts a timer of ten seconds.
    @available(SwiftSSE 1.0, *)
    private func start(on loop: EmbeddedEventLoop) -> (timer: IdleTimer, fired: Log<Duration>) {
        let timer = IdleTimer(timeout: .seconds(10), eventLoop: loop)
        let fired = Log<Duration>()
        timer.start { fired.append($0) }
        return (timer, fired)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Fires after the time and not before, and says which time that was`() {
        let loop = EmbeddedEventLoop()
        let (_, fired) = self.start(on: loop)
        loop.advanceTime(by: .milliseconds(9999))
        #expect(fired.entries.isEmpty)
        loop.advanceTime(by: .milliseconds(1))
        #expect(fired.entries == [.seconds(10)])
        loop.advanceTime(by: .seconds(100))
        #expect(fired.entries.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Counts from the last sign of life`() {
        let loop = EmbeddedEventLoop()
        let (timer, fired) = self.start(on: loop)
        for _ in 0..<10 {
            loop.advanceTime(by: .seconds(9))
            timer.reset()
        }
        loop.advanceTime(by: .milliseconds(9999))
        #expect(fired.entries.isEmpty)
        loop.advanceTime(by: .milliseconds(1))
        #expect(fired.entries.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Does not count the time of a pause, and counts afresh after it`() {
        let loop = EmbeddedEventLoop()
        let (timer, fired) = self.start(on: loop)
        loop.advanceTime(by: .seconds(5))
        timer.pause()
        loop.advanceTime(by: .seconds(1000))
        #expect(fired.entries.isEmpty)
        timer.resume()
        loop.advanceTime(by: .milliseconds(9999))
        #expect(fired.entries.isEmpty)
        loop.advanceTime(by: .seconds(10))
        #expect(fired.entries.count == 1)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Does not fire once it is stopped, and keeps nothing waiting`() {
        let loop = EmbeddedEventLoop()
        let (timer, fired) = self.start(on: loop)
        timer.stop()
        loop.advanceTime(by: .seconds(100))
        #expect(fired.entries.isEmpty)
    }
}
