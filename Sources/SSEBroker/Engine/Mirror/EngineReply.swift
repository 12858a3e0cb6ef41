internal import Synchronization

/// An answer that one task waits for and another gives. Whatever is given first counts.
@available(SwiftSSE 1.0, *)
final class EngineReply<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, BrokerError>

    private struct State {
        var outcome: Outcome?
        var waiter: CheckedContinuation<Outcome, Never>?
    }

    private let state = Mutex(State())

    /// Whether there is an answer, so that nobody needs another one.
    var isGiven: Bool { self.state.withLock { $0.outcome != nil } }

    func give(_ outcome: Outcome) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            return state.waiter.take()
        }
        waiter?.resume(returning: outcome)
    }

    /// Waits for the answer, or until the task is cancelled. For one task.
    func wait() async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = self.state.withLock { state -> Outcome? in
                    if state.outcome == nil { state.waiter = continuation }
                    return state.outcome
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            self.give(.failure(BrokerError(code: .engineUnavailable, message: "Nobody waits for the engine any more.")))
        }
    }

    /// Waits for the answer, but not longer than for a time.
    func wait(within limit: Duration, _ time: TimeSource) async throws(BrokerError) -> Value {
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await time.sleep(for: limit)
                    self.give(.failure(.engineIsSilent))
                } catch {}
            }
            let outcome = await self.wait()
            group.cancelAll()
            return outcome
        }
        return try outcome.get()
    }
}
