internal import CoreMetrics
internal import NIOHTTP1
internal import SSEBroker
internal import SSEHTTPServer
internal import SSEServer

/// What a hub counts beside what its broker, its fan-out and its server do.
@available(SwiftSSE 1.0, *)
struct HubMetrics: Sendable {
    /// What a request asks for.
    enum Request: String, Sendable, CaseIterable {
        case publish
        case subscribe
        case other
    }

    /// The states of an engine, by the names that they have as labels.
    private static let healthStates = ["healthy", "degraded", "unavailable"]

    /// The events of subscriptions that began or ended which were not published.
    let droppedSubscriptionEvents: Counter
    private let refusals: [Request: [Int: Counter]]
    /// By the state's number: 1 for the one that the engine is in.
    private let engineHealth: [Gauge]

    init(_ factory: any MetricsFactory) {
        func counter(_ request: Request, _ status: Int) -> Counter {
            let status = status == 0 ? "other" : "\(status)"
            let dimensions = [("request", request.rawValue), ("status", status)]
            return Counter(label: "sse_hub_refused_total", dimensions: dimensions, factory: factory)
        }
        self.droppedSubscriptionEvents = Counter(label: "sse_hub_subscription_events_dropped_total", factory: factory)
        self.refusals = Dictionary(
            uniqueKeysWithValues: Request.allCases.map { request in
                let counters = (ServerObserver.errorStatuses + [0]).map { ($0, counter(request, $0)) }
                return (request, Dictionary(uniqueKeysWithValues: counters))
            }
        )
        self.engineHealth = Self.healthStates.map { state in
            Gauge(label: "sse_hub_engine_health", dimensions: [("state", state)], factory: factory)
        }
        self.setEngineHealth(.healthy)
    }

    /// Notes how the engine is.
    func setEngineHealth(_ health: EngineHealth) {
        let state =
            switch health {
            case .healthy: 0
            case .degraded: 1
            case .unavailable: 2
            }
        for (index, gauge) in self.engineHealth.enumerated() { gauge.record(index == state ? 1 : 0) }
    }

    /// Counts a request that was refused.
    ///
    /// - Parameters:
    ///   - request: What was asked for.
    ///   - status: What it was answered with.
    func countRefusal(_ request: Request, status: Int) {
        let counters = self.refusals[request]
        (counters?[status] ?? counters?[0])?.increment()
    }
}

/// What `/metrics` answers.
@available(SwiftSSE 1.0, *)
enum MetricsPage {
    /// The metrics, and the process's own figures.
    ///
    /// Reads what the system keeps of the process, which takes a while with many open files: not for an event loop.
    static func response(_ metrics: PrometheusMetrics) -> ServerResponse {
        var text = PrometheusText()
        ProcessFigures.now()?.write(to: &text)
        return ServerResponse(
            .ok,
            headers: ["Cache-Control": "no-store"],
            text: metrics.exposition() + text.text,
            type: PrometheusMetrics.contentType
        )
    }
}
