internal import CoreMetrics

/// What a broker counts, by way of swift-metrics.
@available(SwiftSSE 1.0, *)
struct BrokerMetrics: Sendable {
    private let published: Counter
    private let duplicates: Counter
    private let refused: Counter
    private let subscriptions: Gauge
    private let gaps: [GapReason: Counter]

    init(_ factory: any MetricsFactory) {
        self.published = Counter(label: "sse_broker_events_published_total", factory: factory)
        self.duplicates = Counter(label: "sse_broker_publish_duplicates_total", factory: factory)
        self.refused = Counter(label: "sse_broker_publish_refused_total", factory: factory)
        self.subscriptions = Gauge(label: "sse_broker_subscriptions", factory: factory)
        self.gaps = Dictionary(
            uniqueKeysWithValues: GapReason.allCases.map { reason in
                let dimensions = [("reason", reason.rawValue)]
                return (reason, Counter(label: "sse_broker_gaps_total", dimensions: dimensions, factory: factory))
            }
        )
    }

    func countPublished(isDuplicate: Bool) { (isDuplicate ? self.duplicates : self.published).increment() }
    func countRefused() { self.refused.increment() }
    func countGap(_ reason: GapReason) { self.gaps[reason]?.increment() }
    func setSubscriptions(_ count: Int) { self.subscriptions.record(count) }
}
