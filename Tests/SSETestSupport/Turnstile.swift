/// Lets as many pass as it has been told to; all others wait, in order, until they are let through or cancelled.
@available(SwiftSSE 1.0, *)
package final class Turnstile: Sendable {
    private struct State {
        var lastID = 0
        var permits = 0
        var isOpen: Bool
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Watched<State>

    package init(isOpen: Bool = false) {
        self.state = Watched(State(isOpen: isOpen))
    }

    /// Waits until this task may pass.
    package func pass() async throws {
        let id = self.state.update { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.update { state -> Result<Void, any Error>? in
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
            let waiter = self.state.update { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).continuation }
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    /// Lets one pass, now or later.
    package func letOnePass() {
        let waiter = self.state.update { state in
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
        let waiters = self.takeWaiters(isOpen: true)
        for waiter in waiters { waiter.resume() }
    }

    /// Lets nobody pass without waiting from now on.
    package func close() {
        self.state.update { $0.isOpen = false }
    }

    /// Waits until there are so many who wait.
    package func waitForWaiters(_ count: Int) async throws {
        try await self.state.wait { $0.waiters.count == count }
    }

    /// Turns those away who wait, and lets nobody pass without waiting from now on.
    package func refuse(throwing error: any Error) {
        let waiters = self.takeWaiters(isOpen: false)
        for waiter in waiters { waiter.resume(throwing: error) }
    }

    private func takeWaiters(isOpen: Bool) -> [CheckedContinuation<Void, any Error>] {
        self.state.update { state in
            state.isOpen = isOpen
            defer { state.waiters = [] }
            return state.waiters.map(\.continuation)
        }
    }
}
