internal import Synchronization

/// A value that changes from whatever tasks and threads, and a way to wait for what it becomes.
@available(SwiftSSE 1.0, *)
package final class Watched<Value: Sendable>: Sendable {
    private struct Waiter {
        let isSatisfied: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Value, any Error>
    }

    private struct State {
        var value: Value
        var lastID = 0
        var waiters: [Int: Waiter] = [:]
    }

    private let state: Mutex<State>

    package init(_ value: Value) {
        self.state = Mutex(State(value: value))
    }

    package var value: Value { self.state.withLock { $0.value } }

    /// Changes the value, and wakes up those who have waited for what it has become.
    @discardableResult
    package func update<Result: Sendable>(_ change: (inout Value) -> Result) -> Result {
        let (result, value, satisfied) = self.state.withLock { state in
            let result = change(&state.value)
            let satisfied = state.waiters.filter { $0.value.isSatisfied(state.value) }
            for id in satisfied.keys { state.waiters[id] = nil }
            return (result, state.value, Array(satisfied.values))
        }
        for waiter in satisfied { waiter.continuation.resume(returning: value) }
        return result
    }

    /// Waits until the value fits.
    ///
    /// - Parameter limit: How long to wait, a time that only a bug can take.
    /// - Returns: The value that fits.
    /// - Throws: ``WaitedInVain`` after the limit, `CancellationError` if the task is cancelled.
    @discardableResult
    package func wait(
        within limit: Duration = .seconds(60),
        until isSatisfied: @escaping @Sendable (Value) -> Bool
    ) async throws -> Value {
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.first(isSatisfied) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw WaitedInVain()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw WaitedInVain() }
            return value
        }
    }

    private func first(_ isSatisfied: @escaping @Sendable (Value) -> Bool) async throws -> Value {
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<Value, any Error>? in
                    // Asked under the lock, so that a cancellation is either seen here or finds the waiter.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if isSatisfied(state.value) { return .success(state.value) }
                    state.waiters[id] = Waiter(isSatisfied: isSatisfied, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = self.state.withLock { $0.waiters.removeValue(forKey: id) }
            waiter?.continuation.resume(throwing: CancellationError())
        }
    }
}
