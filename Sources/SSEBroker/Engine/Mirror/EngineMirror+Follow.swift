internal import Synchronization

// The copy follows the engine.
@available(SwiftSSE 1.0, *)
extension EngineMirror {
    /// Keeps the copy up to date, until the task is cancelled. What fails is tried again.
    ///
    /// - Throws: `CancellationError`; ``BrokerError`` if it is one that does not pass.
    func follow() async throws {
        var backoff = Backoff()
        while true {
            let before = self.store.position
            do {
                let bounds = try await self.currentBounds()
                // What has left the engine's log before it was copied does not come any more.
                self.store.skip(to: bounds.first)
                try await self.followUntilRestart()
                self.state.withLock { $0.followFailure = nil }
                backoff.reset()
                continue
            } catch {
                try Task.checkCancellation()
                if let error = error as? BrokerError, !error.mayPass { throw error }
                self.state.withLock { state in
                    state.followStart = nil
                    state.followFailure = (error as? BrokerError)?.message ?? "\(error)"
                }
            }
            if self.store.position != before { backoff.reset() }
            try await self.time.sleep(for: backoff.next())
        }
    }

    /// Follows the engine until its log is another one.
    private func followUntilRestart() async throws {
        let restart = EngineReply<Void>()
        let time = self.time.now
        self.state.withLock { state in
            state.restart = restart
            state.followStart = time
        }
        // Only now, so that a log that is replaced is seen here or tells to begin anew.
        let cursor = self.store.position.sequence
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await self.engine.follow(after: cursor) { records throws(BrokerError) in
                    try self.store.append(contentsOf: records)
                }
                // It is for the broker to end it.
                throw BrokerError(code: .engineFailed, message: "The engine has stopped delivering.")
            }
            group.addTask { _ = await restart.wait() }
            defer { group.cancelAll() }
            try await group.next()
        }
        // Also the end of the waiting when the task is cancelled.
        try Task.checkCancellation()
    }
}
