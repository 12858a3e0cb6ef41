/// What a shard's timer does, in its unit of a second.
@available(SwiftSSE 1.0, *)
struct Routine {
    /// The silence after which a comment is sent.
    let heartbeat: UInt32
    /// How long a write may wait.
    let writeTimeout: UInt32
    /// How the system finds out that a client is gone, where no heartbeats show it.
    let keepAlive: KeepAlive?
    private let maximumLifetime: UInt32?

    init(_ configuration: FanOutConfiguration) {
        self.heartbeat = configuration.heartbeatInterval.map(Self.ticks) ?? .max
        self.writeTimeout = Self.ticks(configuration.writeTimeout)
        self.keepAlive = configuration.heartbeatInterval == nil ? KeepAlive(within: self.writeTimeout) : nil
        self.maximumLifetime = configuration.maximumLifetime.map(Self.ticks)
    }

    /// The tick at which a stream ends that begins at another one, `.max` for never.
    ///
    /// - Parameter limit: How long it may last at most.
    func end(at tick: UInt32, atMost limit: Duration? = nil) -> UInt32 {
        guard let lifetime = self.lifetime(atMost: limit) else { return .max }
        let (end, isTooLate) = tick.addingReportingOverflow(lifetime)
        return isTooLate ? .max : end
    }

    /// How long a stream that begins now lasts.
    ///
    /// - Parameter limit: How long it may last at most. Rounded down, and the timer's next tick may be close.
    func lifetime(atMost limit: Duration? = nil) -> UInt32? {
        let own = self.maximumLifetime.map { $0 - UInt32.random(in: 0...($0 / 10)) }
        guard let limit else { return own }
        return min(own ?? .max, UInt32(clamping: max(1, limit.components.seconds)))
    }

    private static func ticks(_ duration: Duration) -> UInt32 {
        let (seconds, isTooLong) = duration.components.seconds.addingReportingOverflow(
            duration.components.attoseconds > 0 ? 1 : 0
        )
        return isTooLong ? .max : UInt32(clamping: max(1, seconds))
    }
}

/// How the system asks a client that is silent whether it is there, in seconds.
struct KeepAlive: Equatable {
    /// How often it is asked before it counts as gone.
    static let count: CInt = 5

    /// The silence after which it is asked.
    let silence = CInt(FanOutConfiguration.defaultHeartbeatInterval.components.seconds)
    /// The time between two questions.
    let interval: CInt

    /// - Parameter time: How long a client may not answer.
    init(within time: UInt32) {
        // The most that Linux takes.
        self.interval = CInt(clamping: min((Int64(time) + Int64(Self.count) - 1) / Int64(Self.count), 32_767))
    }
}
