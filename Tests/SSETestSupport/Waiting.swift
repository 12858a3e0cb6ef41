/// Waits until the task is cancelled, for something that never comes.
package func waitForCancellation() async {
    let (never, continuation) = AsyncStream<Never>.makeStream()
    for await _ in never {}
    continuation.finish()
}

/// What an operation throws.
package func thrownError(_ operation: () async throws -> Void) async -> (any Error)? {
    do {
        try await operation()
        return nil
    } catch {
        return error
    }
}

/// Waits until something is the case that nothing tells of: what a program of its own does, or a count within the product.
/// What belongs to the tests is ``Watched``.
///
/// It looks every millisecond and takes nearly no time of a processor, and fails after a time that only a bug can take.
@available(SwiftSSE 1.0, *)
package func waitUntil(
    within limit: Duration = .seconds(60),
    _ isSatisfied: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !isSatisfied() {
        guard ContinuousClock.now < deadline else { throw WaitedInVain() }
        try await Task.sleep(for: .milliseconds(1))
    }
}

/// What was waited for did not come.
package struct WaitedInVain: Error {}
