internal import Synchronization

/// A clock that stands still until it is moved by hand.
@available(SwiftSSE 1.0, *)
package final class ManualClock: Clock {
    /// A time since the clock was made.
    package struct Instant: InstantProtocol {
        package var offset: Duration

        package init(_ offset: Duration) { self.offset = offset }

        package func advanced(by duration: Duration) -> Instant { Instant(self.offset + duration) }

        package func duration(to other: Instant) -> Duration { other.offset - self.offset }

        package static func < (first: Instant, second: Instant) -> Bool { first.offset < second.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Observer {
        let isSatisfied: @Sendable ([Instant]) -> Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(.zero)
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        var observers: [Int: Observer] = [:]

        mutating func makeID() -> Int {
            self.lastID += 1
            return self.lastID
        }

        mutating func takeSatisfiedObservers() -> [Observer] {
            let deadlines = self.sleepers.values.map(\.deadline)
            let satisfied = self.observers.filter { $0.value.isSatisfied(deadlines) }
            for id in satisfied.keys { self.observers[id] = nil }
            return Array(satisfied.values)
        }
    }

    private let state = Mutex(State())

    package init() {}

    package var now: Instant { self.state.withLock { $0.now } }

    package var minimumResolution: Duration { .zero }

    /// How many tasks sleep.
    package var sleeperCount: Int { self.state.withLock { $0.sleepers.count } }

    /// How many tasks sleep that wake up when the clock is moved by so much.
    package func sleeperCount(within duration: Duration) -> Int {
        self.state.withLock { state in
            state.sleepers.values.count { $0.deadline <= state.now.advanced(by: duration) }
        }
    }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = self.state.withLock { $0.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (result, observers) = self.state.withLock { state -> (Result<Void, any Error>?, [Observer]) in
                    // Asked under the lock, so that a cancellation is either seen here or finds the sleeper.
                    if Task.isCancelled { return (.failure(CancellationError()), []) }
                    if deadline <= state.now { return (.success(()), []) }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return (nil, state.takeSatisfiedObservers())
                }
                if let result { continuation.resume(with: result) }
                for observer in observers { observer.continuation.resume() }
            }
        } onCancel: {
            let sleeper = self.state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves the clock, and wakes up who has slept long enough.
    package func advance(by duration: Duration) {
        let due = self.state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until a number of tasks sleep.
    package func waitForSleepers(_ count: Int) async throws {
        try await self.wait { $0.count >= count }
    }

    /// Waits until a task sleeps until the given time since the clock was made.
    package func waitForSleeper(until offset: Duration) async throws {
        try await self.wait { $0.contains(Instant(offset)) }
    }

    private func wait(until isSatisfied: @escaping @Sendable ([Instant]) -> Bool) async throws {
        let id = self.state.withLock { $0.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if isSatisfied(state.sleepers.values.map(\.deadline)) { return .success(()) }
                    state.observers[id] = Observer(isSatisfied: isSatisfied, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let observer = self.state.withLock { $0.observers.removeValue(forKey: id) }
            observer?.continuation.resume(throwing: CancellationError())
        }
    }
}
