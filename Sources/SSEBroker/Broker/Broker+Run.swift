internal import Synchronization
public import ServiceLifecycle

@available(SwiftSSE 1.0, *)
extension Broker: Service {
    /// Follows the engine and lets events age, until the task is cancelled or a graceful shutdown begins. The shutdown
    /// refuses more events and waits up to ``BrokerConfiguration/drainTimeout`` for subscribers to read what there is.
    ///
    /// An engine that fails is tried again, after a quarter of a second and then up to 5 seconds; ``health()`` tells of
    /// it meanwhile.
    ///
    /// - Throws: ``BrokerError`` if the engine fails in a way that does not pass, and with the code
    ///   ``BrokerError/Code/alreadyRun`` if this is not the first call; `CancellationError`.
    public func run() async throws {
        guard !self.hasBeenRun.exchange(true, ordering: .relaxed) else { throw BrokerError.alreadyRun("A broker") }
        defer { self.store.close() }
        guard let mirror else { return try await self.live() }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await mirror.serve() }
            // Also those who read to the end may need what the copy has no more.
            try await self.live()
            group.cancelAll()
        }
    }

    private func live() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingDiscardingTaskGroup { group in
                    group.addTask { try await self.age() }
                    if let mirror = self.mirror {
                        group.addTask { try await mirror.follow() }
                        group.addTask { try await mirror.watch() }
                    }
                }
            }
        } catch let error as CancellationError {
            guard Task.isShuttingDownGracefully else { throw error }
            await self.drain()
        }
    }

    private func age() async throws {
        while true {
            self.metrics.setLogSize(self.store.size)
            try await self.time.sleep(for: .seconds(1))
            self.store.removeExpired()
        }
    }

    private func drain() async {
        self.store.close()
        await withTaskGroup { group in
            group.addTask { await self.subscriptions.waitUntilNone() }
            group.addTask { try? await self.time.sleep(for: self.configuration.drainTimeout) }
            await group.next()
            group.cancelAll()
        }
        self.subscriptions.endAll()
    }
}

/// The last event that an engine could not take, until it has taken another one.
///
/// An engine may believe itself well and take nothing: its server answers, and has no room. What it did with an event
/// is what counts.
@available(SwiftSSE 1.0, *)
final class PublishWatch: Sendable {
    /// The time for which a failure stands while nobody publishes. Whoever looks at the health to decide who gets
    /// publishers would never find out else that the engine is well again.
    static let patience = Duration.seconds(30)

    private struct Failure {
        let reason: String
        let time: Duration
    }

    /// Looked at for each event that is published, so without the lock.
    private let hasFailed = Atomic(false)
    private let failure = Mutex<Failure?>(nil)

    /// An event has been stored.
    func succeeded() {
        guard self.hasFailed.load(ordering: .relaxed) else { return }
        self.failure.withLock { failure in
            failure = nil
            self.hasFailed.store(false, ordering: .relaxed)
        }
    }

    /// An event has been refused, perhaps because of itself.
    func failed(_ error: BrokerError, at time: Duration) {
        switch error.code {
        case .storageFull, .engineUnavailable, .engineFailed: break
        default: return
        }
        self.failure.withLock { failure in
            failure = Failure(reason: error.message, time: time)
            self.hasFailed.store(true, ordering: .relaxed)
        }
    }

    /// The reason why events cannot be stored, `nil` if nothing says so.
    func failure(at time: Duration) -> String? {
        guard self.hasFailed.load(ordering: .relaxed) else { return nil }
        return self.failure.withLock { failure in
            guard let known = failure, time - known.time < Self.patience else { return nil }
            return known.reason
        }
    }
}
