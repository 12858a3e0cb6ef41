internal import CoreMetrics
internal import NIOCore

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
