internal import CoreMetrics

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
