internal import Synchronization

/// How many subscriptions a broker has, and the end of all of them.
@available(SwiftSSE 1.0, *)
final class SubscriptionCount: Sendable {
    private struct State {
        var count = 0
        var isOver = false
        /// Who waits until there are none.
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    var current: Int { self.state.withLock { $0.count } }

    /// Whether subscribers have to end now, whatever they have not read.
    var isOver: Bool { self.state.withLock { $0.isOver } }

    /// Counts one more, if there may be one more, and returns how many there are.
    func increment(limit: Int) -> Int? {
        self.state.withLock { state in
            guard state.count < limit else { return nil }
            state.count += 1
            return state.count
        }
    }

    @discardableResult
    func decrement() -> Int {
        let (count, waiter) = self.state.withLock { state in
            state.count -= 1
            return (state.count, state.count == 0 ? state.waiter.take() : nil)
        }
        waiter?.resume()
        return count
    }

    func endAll() { self.state.withLock { $0.isOver = true } }

    /// Waits until there are no subscriptions, or the task is cancelled. For one task at a time.
    func waitUntilNone() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = self.state.withLock { state in
                    if state.count == 0 || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiter.take() }?.resume()
        }
    }
}
