internal import Logging
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

/// What a hub says in its log of its life: constant messages, one for each kind of event, with what differs beside
/// them. Tokens and what is published are in none of them.
@available(SwiftSSE 1.0, *)
struct HubLog: Sendable {
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// - Parameter scheme: `http` or `https`.
    func listening(scheme: String, _ listener: BoundListener, roles: HubListener.Roles) {
        var metadata: Logger.Metadata = ["scheme": "\(scheme)", "roles": "\(roles)"]
        metadata["host"] = listener.host.map { "\($0)" }
        metadata["port"] = listener.port.map { .stringConvertible($0) }
        metadata["path"] = listener.path.map { "\($0)" }
        self.logger.info("Listening", metadata: metadata)
        for address in listener.missing {
            self.logger.notice("This machine has no such address for localhost", metadata: ["address": "\(address)"])
        }
    }

    func draining(subscribers: Int, window: Duration) {
        self.logger.info(
            "Draining",
            metadata: [
                "subscribers": .stringConvertible(subscribers), "seconds": .stringConvertible(window / .seconds(1)),
            ]
        )
    }

    func stopped() { self.logger.info("Stopped") }

    /// - Parameter what: What has been read again, such as `keys`.
    func reloaded(_ what: String) { self.logger.notice("Reloaded", metadata: ["what": "\(what)"]) }

    /// What was there before stays in use.
    func reloadFailed(_ what: String, _ error: any Error) {
        self.logger.error("Not reloaded; what was there stays", metadata: ["what": "\(what)", "error": "\(error)"])
    }

    /// - Parameters:
    ///   - status: What the publisher was answered with.
    ///   - reason: The answer's text, which has nothing of what was published but its size.
    func publishRefused(status: Int, reason: String) {
        self.logger.debug("Publish refused", metadata: ["status": .stringConvertible(status), "reason": "\(reason)"])
    }

    /// Somebody may not do what it asks for, or has not said who it is.
    func notAllowed(_ request: HubMetrics.Request, status: Int, reason: String) {
        self.logger.info(
            "Request not allowed",
            metadata: ["request": "\(request)", "status": .stringConvertible(status), "reason": "\(reason)"]
        )
    }

    /// The engine's health is another than before.
    func engineChanged(to health: EngineHealth) {
        switch health {
        case .healthy: self.logger.notice("The engine is well again")
        case .degraded(let reason): self.logger.warning("The engine is degraded", metadata: ["reason": "\(reason)"])
        case .unavailable(let reason): self.logger.error("The engine is unavailable", metadata: ["reason": "\(reason)"])
        }
    }
}

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
