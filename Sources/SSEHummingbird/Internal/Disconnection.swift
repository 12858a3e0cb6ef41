internal import Synchronization

/// Brings two together that come in any order: the news that a client has left, and who wants to hear it.
@available(SwiftSSE 1.0, *)
final class Disconnection: Sendable {
    private struct State {
        var hasHappened = false
        var handler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Sets who is told, instead of who was to be told before; at once if it has happened already.
    func setHandler(_ handler: @escaping @Sendable () -> Void) {
        let hasHappened = self.state.withLock { state in
            if !state.hasHappened { state.handler = handler }
            return state.hasHappened
        }
        if hasHappened { handler() }
    }

    /// The client has left.
    func signal() {
        let handler = self.state.withLock { state in
            state.hasHappened = true
            return state.handler.take()
        }
        handler?()
    }
}
