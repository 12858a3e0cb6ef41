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
                let end = try await self.followUntilRestart()
                self.state.withLock { state in
                    state.followStart = nil
                    state.followFailure = nil
                }
                if end == .anotherLog {
                    backoff.reset()
                    continue
                }
                // If that fails, following the engine may do.
                try? await self.readOn()
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

    /// Follows the engine until its log is another one, or it does not deliver what it has.
    private func followUntilRestart() async throws -> FollowEnd {
        let restart = EngineReply<FollowEnd>()
        let time = self.time.now
        self.state.withLock { state in
            state.restart = restart
            state.followStart = time
        }
        // Only now, so that a log that is replaced is seen here or tells to begin anew.
        let cursor = self.store.position.sequence
        let end = try await withThrowingTaskGroup(of: FollowEnd.self) { group in
            group.addTask {
                try await self.engine.follow(after: cursor) { records throws(BrokerError) in
                    try self.store.append(contentsOf: records)
                }
                // It is for the broker to end it.
                throw BrokerError(code: .engineFailed, message: "The engine has stopped delivering.")
            }
            // It fails only when the task is cancelled.
            group.addTask { try await restart.wait().get() }
            defer { group.cancelAll() }
            return try await group.next()
        }
        guard let end else { throw CancellationError() }
        return end
    }
    /// Reads what the engine has and has not delivered. It may be nothing but numbers whose events were deleted, which an
    /// engine may keep to itself until there is an event behind them.
    private func readOn() async throws {
        let end = self.state.withLock { $0.lag?.last ?? 0 }
        while self.store.position.sequence < end {
            let cursor = self.store.position.sequence
            let slice = try await self.perform { engine async throws(BrokerError) in
                try await engine.read(after: cursor, .everything, limit: 1000, bytes: Self.sliceBytes)
            }
            if slice.isMissingEvents { self.store.skip(to: slice.records.first?.position.sequence ?? slice.cursor + 1) }
            try self.store.append(contentsOf: slice.records)
            guard self.store.position.sequence > cursor else { return }
        }
    }
}

/// How long to wait before something that has failed is tried again.
struct Backoff {
    static let shortest = Duration.milliseconds(250)
    static let longest = Duration.seconds(5)

    private var delay = Self.shortest

    /// The next time to wait: twice as long as the one before.
    mutating func next() -> Duration {
        defer { self.delay = min(self.delay * 2, Self.longest) }
        return self.delay
    }

    /// It went well meanwhile.
    mutating func reset() { self.delay = Self.shortest }
}
