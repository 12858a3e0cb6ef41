#if NATS
internal import Synchronization

/// Lets so many in at a time, in the order in which they come.
@available(SwiftSSE 1.0, *)
final class Permits: Sendable {
    private struct State {
        var free: Int
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var first: UInt64 = 0
        var next: UInt64 = 0
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        self.state = Mutex(State(free: max(1, count)))
    }

    /// Waits for a permit, however long that takes.
    func acquire() async {
        if self.acquireImmediately() { return }
        await withCheckedContinuation { continuation in
            let isFree = self.state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiters[state.next] = continuation
                state.next += 1
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func acquireImmediately() -> Bool {
        self.state.withLock { state in
            guard state.free > 0 else { return false }
            state.free -= 1
            return true
        }
    }

    /// Gives a permit back, to the next who waits.
    func release() {
        let waiter = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiters.removeValue(forKey: state.first) else {
                state.free += 1
                return nil
            }
            state.first += 1
            return waiter
        }
        waiter?.resume()
    }
}
#endif
