#if AsyncHTTPClient
internal import NIOCore
internal import Synchronization

/// Notices when nothing has come for a time.
///
/// A sign of life only stores the time; the one timer there is looks at it when it fires, and sleeps for what is left.
@available(SwiftSSE 1.0, *)
final class IdleTimer: Sendable {
    private struct State {
        var isPaused = false
        var scheduled: Scheduled<Void>?
        var isStopped = false
    }

    private let timeout: Duration
    private let eventLoop: any EventLoop
    private let lastSign: Atomic<UInt64>
    private let state = Mutex(State())

    init(timeout: Duration, eventLoop: any EventLoop) {
        self.timeout = timeout
        self.eventLoop = eventLoop
        self.lastSign = Atomic(eventLoop.now.uptimeNanoseconds)
    }

    /// Begins to watch.
    func start(onTimeout: @escaping @Sendable (Duration) -> Void) {
        self.schedule(in: TimeAmount(self.timeout), onTimeout)
    }

    /// Something has come.
    func reset() {
        self.lastSign.store(self.eventLoop.now.uptimeNanoseconds, ordering: .relaxed)
    }

    /// Nothing can come for now, because nobody reads.
    func pause() {
        self.state.withLock { $0.isPaused = true }
    }

    /// Something can come again.
    func resume() {
        self.reset()
        self.state.withLock { $0.isPaused = false }
    }

    /// Watches no longer.
    func stop() {
        let scheduled = self.state.withLock { state in
            state.isStopped = true
            return state.scheduled.take()
        }
        scheduled?.cancel()
    }

    private func schedule(in delay: TimeAmount, _ onTimeout: @escaping @Sendable (Duration) -> Void) {
        let scheduled = self.eventLoop.scheduleTask(in: delay) { self.fire(onTimeout) }
        let isStopped = self.state.withLock { state in
            if !state.isStopped { state.scheduled = scheduled }
            return state.isStopped
        }
        if isStopped { scheduled.cancel() }
    }

    private func fire(_ onTimeout: @escaping @Sendable (Duration) -> Void) {
        let timeout = TimeAmount(self.timeout)
        let isPaused = self.state.withLock { $0.isPaused }
        let last = NIODeadline.uptimeNanoseconds(self.lastSign.load(ordering: .relaxed))
        let left = isPaused ? timeout : last + timeout - self.eventLoop.now
        if left > .zero {
            self.schedule(in: left, onTimeout)
        } else {
            onTimeout(self.timeout)
        }
    }
}
#endif
