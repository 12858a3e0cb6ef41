import Dispatch
import Foundation
import Synchronization
import UnixSignals

/// Runs something until it is done or the user has had enough.
@available(SwiftSSE 1.0, *)
enum Interruption {
    /// How long something may take to end in order, and how long the program may take to end at all.
    private static let (patience, limit) = (Duration.milliseconds(500), DispatchTimeInterval.seconds(3))

    private final class State: Sendable {
        let hasHappened = Atomic(false)
    }

    /// - Parameter onInterruption: Asks `body` to end in order; if it does not soon, it is cancelled. `nil` to cancel it at
    ///   once.
    /// - Returns: What `body` returns, `nil` if SIGINT or SIGTERM came first; then `body` has ended or been cancelled.
    static func race<Result: Sendable>(
        onInterruption: (@Sendable () -> Void)? = nil,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let interruption = State()
        // Before anything is done, so that no signal is too early.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let endings = [SIGINT, SIGTERM].map(Self.endAfter)
        defer { for ending in endings { ending.cancel() } }
        let result = try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in signals {
                    interruption.hasHappened.store(true, ordering: .relaxed)
                    guard let onInterruption else { return nil }
                    onInterruption()
                    try await Task.sleep(for: Self.patience)
                    return nil
                }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        return interruption.hasHappened.load(ordering: .relaxed) ? nil : result
    }

    /// Ends the program some time after a signal, whatever it is doing: it may be in the middle of writing to somebody who
    /// does not read.
    private static func endAfter(_ signal: Int32) -> any DispatchSourceSignal {
        let source = DispatchSource.makeSignalSource(signal: signal, queue: .global())
        source.setEventHandler {
            DispatchQueue.global().asyncAfter(deadline: .now() + Self.limit) { _exit(130) }
        }
        source.activate()
        return source
    }
}
