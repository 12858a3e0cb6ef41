import UnixSignals

/// Runs something until it is done or the user has had enough.
@available(SwiftSSE 1.0, *)
enum Interruption {
    /// - Returns: What `body` returns, `nil` if SIGINT or SIGTERM came first; then `body` has been cancelled.
    static func race<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result? {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return nil }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
