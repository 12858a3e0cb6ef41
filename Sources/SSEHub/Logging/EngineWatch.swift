internal import SSEBroker

/// Asks each second how a broker's engine is, counts that, and has it logged when it changes.
@available(SwiftSSE 1.0, *)
struct EngineWatch<WatchClock: Clock>: Sendable where WatchClock.Duration == Duration {
    let broker: Broker
    let log: HubLog
    let metrics: HubMetrics
    var interval = Duration.seconds(1)
    let clock: WatchClock

    /// Watches until the task is cancelled.
    func run() async {
        // What is well at the beginning is not worth a line.
        var last = EngineHealth.healthy
        while !Task.isCancelled {
            let health = await self.broker.health()
            // What is told at the end is not true of the engine.
            guard !Task.isCancelled, !self.broker.store.isClosed else { return }
            self.metrics.setEngineHealth(health)
            if health != last { self.log.engineChanged(to: health) }
            last = health
            guard (try? await self.clock.sleep(for: self.interval)) != nil else { return }
        }
    }
}
