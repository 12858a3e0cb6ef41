internal import Dispatch
internal import Synchronization

/// Notices when nothing has come for a time.
///
/// `URLSession` has such a timer too, but on Linux it counts in whole seconds, and nowhere can it be told to wait while
/// nobody reads. A sign of life only stores the time; the one timer there is looks at it when it fires, and sleeps for
/// what is left.
@available(SwiftSSE 1.0, *)
final class DispatchIdleTimer: Sendable {
    private struct State {
        var lastSign: DispatchTime
        var isPaused = false
        var isStopped = false
        var timer: (any DispatchSourceTimer)?
    }

    private let timeout: Duration
    private let state: Mutex<State>

    init(timeout: Duration) {
        self.timeout = timeout
        self.state = Mutex(State(lastSign: .now()))
    }

    /// Begins to watch.
    func start(onTimeout: @escaping @Sendable (Duration) -> Void) {
        self.state.withLock { state in
            guard !state.isStopped else { return }
            let timer = DispatchSource.makeTimerSource(queue: .global())
            timer.setEventHandler { [weak self] in self?.fire(onTimeout) }
            timer.schedule(deadline: state.lastSign + DispatchTimeInterval(self.timeout))
            timer.activate()
            state.timer = timer
        }
    }

    /// Something has come.
    func reset() {
        self.state.withLock { $0.lastSign = .now() }
    }

    /// Nothing can come for now, because nobody reads.
    func pause() {
        self.state.withLock { $0.isPaused = true }
    }

    /// Something can come again.
    func resume() {
        self.state.withLock { state in
            state.lastSign = .now()
            state.isPaused = false
        }
    }

    /// Watches no longer.
    func stop() {
        self.state.withLock { state in
            state.isStopped = true
            state.timer?.cancel()
            state.timer = nil
        }
    }

    private func fire(_ onTimeout: @Sendable (Duration) -> Void) {
        let isOver = self.state.withLock { state in
            guard !state.isStopped else { return false }
            let now = DispatchTime.now()
            let end = (state.isPaused ? now : state.lastSign) + DispatchTimeInterval(self.timeout)
            if end > now { state.timer?.schedule(deadline: end) }
            return end <= now
        }
        guard isOver else { return }
        self.stop()
        onTimeout(self.timeout)
    }
}

extension DispatchTimeInterval {
    /// The same time, cut to what can be counted from now on: a hundred years.
    fileprivate init(_ duration: Duration) {
        let century = Duration.seconds(3_155_760_000)
        let (seconds, attoseconds) = min(max(duration, .zero), century).components
        self = .nanoseconds(Int(clamping: seconds * 1_000_000_000 + attoseconds / 1_000_000_000))
    }
}
