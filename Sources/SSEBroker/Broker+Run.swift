public import ServiceLifecycle
internal import Synchronization

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
