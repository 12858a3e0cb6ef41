internal import SSEBroker

/// Asks now and then how a broker's engine is, and has it logged when that changes.
@available(SwiftSSE 1.0, *)
struct EngineWatch<WatchClock: Clock>: Sendable where WatchClock.Duration == Duration {
    let broker: Broker
    let log: HubLog
    var interval = Duration.seconds(10)
    let clock: WatchClock

    /// Watches until the task is cancelled.
    func run() async {
        var isWell = true
        var last = EngineHealth.healthy
        while !Task.isCancelled {
            let health = await self.broker.health()
            // What is well at the beginning is not worth a line.
            if health != last { self.log.engineChanged(to: health) }
            last = health
            isWell = health == .healthy
            do {
                try await self.clock.sleep(for: isWell ? self.interval : min(self.interval, .seconds(2)))
            } catch {
                return
            }
        }
    }
}
