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

    private struct State {
        var now = Instant(.zero)
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
    }

    private let state = Watched(State())

    package init() {}

    package var now: Instant { self.state.value.now }

    package var minimumResolution: Duration { .zero }

    /// How many tasks sleep.
    package var sleeperCount: Int { self.state.value.sleepers.count }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = self.state.update { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = self.state.update { state -> Result<Void, any Error>? in
                    // Asked under the lock, so that a cancellation is either seen here or finds the sleeper.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = self.state.update { $0.sleepers.removeValue(forKey: id)?.continuation }
            sleeper?.resume(throwing: CancellationError())
        }
    }

    /// Moves the clock, and wakes up who has slept long enough.
    package func advance(by duration: Duration) {
        let due = self.state.update { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }.map(\.continuation)
        }
        for sleeper in due { sleeper.resume() }
    }

    /// Waits until a number of tasks sleep, or more.
    package func waitForSleepers(_ count: Int) async throws {
        try await self.state.wait { $0.sleepers.count >= count }
    }

    /// Waits until a number of tasks sleep, or more, that wake up when the clock is moved by so much.
    package func waitForSleepers(_ count: Int, within duration: Duration) async throws {
        try await self.state.wait { state in
            let end = state.now.advanced(by: duration)
            return state.sleepers.values.count { $0.deadline <= end } >= count
        }
    }

    /// Waits until a task sleeps until the given time since the clock was made.
    package func waitForSleeper(until offset: Duration) async throws {
        try await self.state.wait { $0.sleepers.values.contains { $0.deadline == Instant(offset) } }
    }
}
