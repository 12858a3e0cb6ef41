internal import SSEBroker

/// Does a write outside of an event stream, before it or after it, but for no longer than a write may take.
///
/// - Parameters:
///   - timeout: How long, `nil` for ever.
///   - clock: What measures time.
///   - write: The write, which must throw when its task is cancelled.
/// - Throws: What `write` throws; ``SSEServerError`` with the code ``SSEServerError/Code/writeTimedOut``.
@available(SwiftSSE 1.0, *)
package func withWriteTimeout(
    _ timeout: Duration?,
    clock: some Clock<Duration> = ContinuousClock(),
    _ write: @escaping @Sendable () async throws -> Void
) async throws {
    guard let timeout else { return try await write() }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await write() }
        group.addTask {
            try await clock.sleep(for: timeout.asTimeout)
            throw SSEServerError.writeTimedOut(after: timeout)
        }
        defer { group.cancelAll() }
        try await group.next()
    }
}

extension Duration? {
    /// The time as a limit, of which there is none for `nil` and for zero.
    var asLimit: Duration? { self.flatMap { $0 > .zero ? $0.asTimeout : nil } }
}
