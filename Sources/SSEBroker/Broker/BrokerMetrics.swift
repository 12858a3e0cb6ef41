internal import CoreMetrics

/// What a broker counts, by way of swift-metrics.
@available(SwiftSSE 1.0, *)
struct BrokerMetrics: Sendable {
    private let published: Counter
    private let duplicates: Counter
    private let refused: [BrokerError.Code: Counter]
    private let subscriptionsRefused: [BrokerError.Code: Counter]
    private let subscriptions: Gauge
    private let gaps: [GapReason: Counter]
    private let logEvents: Gauge
    private let logBytes: Gauge
    private let logAge: Gauge

    init(_ factory: any MetricsFactory) {
        self.published = Counter(label: "sse_broker_events_published_total", factory: factory)
        self.duplicates = Counter(label: "sse_broker_publish_duplicates_total", factory: factory)
        self.refused = Self.counters("sse_broker_publish_refused_total", BrokerError.Code.all, factory) { "\($0)" }
        self.subscriptionsRefused = Self.counters(
            "sse_broker_subscriptions_refused_total",
            BrokerError.Code.all,
            factory
        ) { "\($0)" }
        self.subscriptions = Gauge(label: "sse_broker_subscriptions", factory: factory)
        self.gaps = Self.counters("sse_broker_gaps_total", GapReason.allCases, factory) { $0.rawValue }
        self.logEvents = Gauge(label: "sse_broker_log_events", factory: factory)
        self.logBytes = Gauge(label: "sse_broker_log_bytes", factory: factory)
        self.logAge = Gauge(label: "sse_broker_log_oldest_age_seconds", factory: factory)
    }

    private static func counters<Reason: Hashable>(
        _ label: String,
        _ reasons: [Reason],
        _ factory: any MetricsFactory,
        name: (Reason) -> String
    ) -> [Reason: Counter] {
        let counters = reasons.map { reason in
            (reason, Counter(label: label, dimensions: [("reason", name(reason))], factory: factory))
        }
        return Dictionary(uniqueKeysWithValues: counters)
    }

    func countPublished(isDuplicate: Bool) { (isDuplicate ? self.duplicates : self.published).increment() }
    func countRefused(_ code: BrokerError.Code) { self.refused[code]?.increment() }
    func countSubscriptionRefused(_ code: BrokerError.Code) { self.subscriptionsRefused[code]?.increment() }
    func countGap(_ reason: GapReason) { self.gaps[reason]?.increment() }
    func setSubscriptions(_ count: Int) { self.subscriptions.record(count) }

    func setLogSize(_ size: LogSize) {
        self.logEvents.record(size.events)
        self.logBytes.record(size.bytes)
        self.logAge.record(size.oldestAge / .seconds(1))
    }
}
