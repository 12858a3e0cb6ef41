internal import Synchronization

/// Lets as many pass as it has been told to; all others wait, in order, until they are let through or cancelled.
@available(SwiftSSE 1.0, *)
package final class Turnstile: Sendable {
    private struct State {
        var lastID = 0
        var permits = 0
        var isOpen: Bool
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    package init(isOpen: Bool = false) {
        self.state = Mutex(State(isOpen: isOpen))
    }

    /// Waits until this task may pass.
    package func pass() async throws {
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    if state.permits > 0 {
                        state.permits -= 1
                        return .success(())
                    }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Lets one pass, now or later.
    package func letOnePass() {
        let waiter = self.state.withLock { state in
            if state.waiters.isEmpty {
                state.permits += 1
                return nil as CheckedContinuation<Void, any Error>?
            }
            return state.waiters.removeFirst().continuation
        }
        waiter?.resume()
    }

    /// Lets all pass from now on.
    package func open() {
        let waiters = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume() }
    }

    /// Lets nobody pass without waiting from now on.
    package func close() {
        self.state.withLock { $0.isOpen = false }
    }

    /// Waits until there are so many who wait.
    package func waitForWaiters(_ count: Int) async throws {
        try await waitUntil { self.state.withLock { $0.waiters.count } == count }
    }

    /// Turns those away who wait, and lets nobody pass without waiting from now on.
    package func refuse(throwing error: any Error) {
        let waiters = self.state.withLock { state in
            state.isOpen = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: error) }
    }
}
