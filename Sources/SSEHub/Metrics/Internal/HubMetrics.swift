internal import CoreMetrics

/// What a hub counts beside what its broker, its fan-out and its server do.
@available(SwiftSSE 1.0, *)
struct HubMetrics: Sendable {
    /// What a request asks for.
    enum Request: String, Sendable, CaseIterable {
        case publish
        case subscribe
        case other
    }

    /// The statuses that tell refusals apart; others are counted as 0.
    private static let statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 429, 500, 503]

    private let refusals: [Request: [Int: Counter]]

    init(_ factory: any MetricsFactory) {
        func counter(_ request: Request, _ status: Int) -> Counter {
            let status = status == 0 ? "other" : "\(status)"
            let dimensions = [("request", request.rawValue), ("status", status)]
            return Counter(label: "sse_hub_refused_total", dimensions: dimensions, factory: factory)
        }
        self.refusals = Dictionary(
            uniqueKeysWithValues: Request.allCases.map { request in
                let counters = (Self.statuses + [0]).map { ($0, counter(request, $0)) }
                return (request, Dictionary(uniqueKeysWithValues: counters))
            }
        )
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
