internal import CoreMetrics
internal import NIOCore

/// What a fan-out counts, by way of swift-metrics. Its shards hand on what they have counted by themselves.
@available(SwiftSSE 1.0, *)
struct FanOutMetrics: Sendable {
    let deliveries: Counter
    let bytes: Counter
    let heartbeats: Counter
    let blocked: Counter
    /// By the reason's number.
    let ends: [Counter]
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        self.deliveries = Counter(label: "sse_stream_deliveries_total", factory: factory)
        self.bytes = Counter(label: "sse_stream_bytes_total", factory: factory)
        self.heartbeats = Counter(label: "sse_stream_heartbeats_total", factory: factory)
        self.blocked = Counter(label: "sse_stream_blocked_total", factory: factory)
        self.ends = StreamEndReason.allCases.map { reason in
            Counter(label: "sse_stream_ends_total", dimensions: [("reason", reason.name)], factory: factory)
        }
        // Event loops tell once they have somebody; until then there is nobody, which is worth knowing, too.
        for outlet in StreamOutlet.Kind.names { self.makeSubscribers(loop: 0, outlet: outlet).record(0) }
    }

    /// Whether anybody wants to know, so that the clock is not asked in vain.
    var isEnabled: Bool { !(self.factory is NOOPMetricsHandler) }

    /// The time that it took until a batch had been sent to all who were up to date.
    func makeLag() -> Timer { Timer(label: "sse_stream_lag_seconds", factory: self.factory) }

    /// The time that an event loop was busy without a pause.
    func makeTurn(loop: Int) -> Timer {
        Timer(label: "sse_stream_turn_seconds", dimensions: [("loop", "\(loop)")], factory: self.factory)
    }

    /// How many bytes an event loop holds of events of which connections have taken a part.
    func makeHeld(loop: Int) -> Gauge {
        Gauge(label: "sse_stream_held_bytes", dimensions: [("loop", "\(loop)")], factory: self.factory)
    }

    /// How many subscribers an event loop has whose bytes go this way.
    func makeSubscribers(loop: Int, outlet: String) -> Gauge {
        let dimensions = [("loop", "\(loop)"), ("outlet", outlet)]
        return Gauge(label: "sse_stream_subscribers", dimensions: dimensions, factory: self.factory)
    }
}

/// What a shard counts: plain numbers, which it hands on once a second, so that an event sent costs an addition.
@available(SwiftSSE 1.0, *)
struct ShardMetrics {
    /// Events sent, once for each subscriber.
    var deliveries = 0
    /// Bytes sent.
    var bytes = 0
    var heartbeats = 0
    /// How often a subscriber had to wait until its connection takes more.
    var blocked = 0
    /// By the reason's number.
    private var ends = [Int](repeating: 0, count: StreamEndReason.allCases.count)
    /// By the outlet's number.
    private var subscribers = [Int](repeating: 0, count: StreamOutlet.Kind.names.count)

    let isEnabled: Bool
    private let shared: FanOutMetrics
    private let lag: Timer
    private let turn: Timer
    private let gauges: [Gauge]
    private let held: Gauge

    /// - Parameter loop: The event loop's number within the fan-out.
    init(_ shared: FanOutMetrics, loop: Int) {
        self.shared = shared
        self.isEnabled = shared.isEnabled
        self.lag = shared.makeLag()
        self.turn = shared.makeTurn(loop: loop)
        self.held = shared.makeHeld(loop: loop)
        self.gauges = StreamOutlet.Kind.names.map { shared.makeSubscribers(loop: loop, outlet: $0) }
    }

    mutating func add(_ outlet: StreamOutlet.Kind) { self.subscribers[outlet.number] += 1 }

    mutating func remove(_ outlet: StreamOutlet.Kind, _ reason: StreamEndReason) {
        self.subscribers[outlet.number] -= 1
        self.ends[Int(reason.rawValue)] += 1
    }

    func recordLag(_ lag: Duration) { self.lag.recordSeconds(lag / .seconds(1)) }

    func recordTurn(_ duration: TimeAmount) { self.turn.recordNanoseconds(duration.nanoseconds) }

    /// Hands on what has been counted.
    ///
    /// - Parameter heldBytes: The bytes of the events of which connections have taken a part.
    mutating func flush(heldBytes: Int) {
        self.held.record(heldBytes)
        Self.move(&self.deliveries, to: self.shared.deliveries)
        Self.move(&self.bytes, to: self.shared.bytes)
        Self.move(&self.heartbeats, to: self.shared.heartbeats)
        Self.move(&self.blocked, to: self.shared.blocked)
        for index in self.ends.indices { Self.move(&self.ends[index], to: self.shared.ends[index]) }
        for (gauge, count) in zip(self.gauges, self.subscribers) { gauge.record(count) }
    }

    private static func move(_ count: inout Int, to counter: Counter) {
        guard count > 0 else { return }
        counter.increment(by: count)
        count = 0
    }
}
