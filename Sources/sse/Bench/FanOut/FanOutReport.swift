import Foundation
import NIOCore

/// What came of a measurement.
@available(SwiftSSE 1.0, *)
struct FanOutReport: Encodable {
    let subscribers: Int
    let publishers: Int
    let messages: Int
    let size: Int
    /// Messages a second that were asked for.
    let rate: Double?
    let deliveries: Int
    let seconds: Double
    let deliveriesPerSecond: Double
    let medianLatency: Double
    let p99Latency: Double
    let maximumLatency: Double
    let lost: Int
    let duplicates: Int
    let orderFaults: Int
    /// Messages that nobody published.
    let unknown: Int
    /// Subscribers whose connection was closed.
    let closed: Int
    let secondsToOpen: Double

    private enum CodingKeys: String, CodingKey {
        case subscribers
        case publishers
        case messages
        case size
        case rate
        case deliveries
        case seconds
        case deliveriesPerSecond = "deliveries_per_s"
        case medianLatency = "latency_p50_ms"
        case p99Latency = "latency_p99_ms"
        case maximumLatency = "latency_max_ms"
        case lost
        case duplicates
        case orderFaults = "order_faults"
        case unknown
        case closed
        case secondsToOpen = "seconds_to_open"
    }

    init(_ plan: FanOutPlan, _ status: FanOutLoop.Status, secondsToOpen: Double) {
        let tally = status.tally
        self.subscribers = plan.subscribers
        self.publishers = plan.publishers
        self.messages = plan.messages
        self.size = plan.size
        self.rate = plan.rate
        self.deliveries = tally.deliveries
        if let first = status.firstPublish, let last = tally.lastDelivery {
            self.seconds = Double((last - first).nanoseconds) / 1e9
        } else {
            self.seconds = 0
        }
        self.deliveriesPerSecond = self.seconds > 0 ? Double(tally.deliveries) / self.seconds : 0
        self.medianLatency = Double(tally.latencies.nanoseconds(at: 0.5)) / 1e6
        self.p99Latency = Double(tally.latencies.nanoseconds(at: 0.99)) / 1e6
        self.maximumLatency = Double(tally.latencies.maximum) / 1e6
        self.lost = plan.expectedDeliveries - tally.deliveries
        self.duplicates = tally.duplicates
        self.orderFaults = tally.orderFaults
        self.unknown = tally.unknown
        self.closed = status.closed
        self.secondsToOpen = secondsToOpen
    }

    /// What is not as it should be, `nil` if all is well.
    var fault: String? {
        let faults = [
            (self.lost, "lost"), (self.duplicates, "duplicated"), (self.orderFaults, "out of order"),
            (self.unknown, "of unknown origin"),
        ].filter { $0.0 > 0 }
        guard !faults.isEmpty else { return nil }
        let list = faults.map { "\(Count.text($0.0)) \($0.1)" }.joined(separator: ", ")
        let closed = self.closed > 0 ? "; the hub closed \(Count.text(self.closed, "stream"))" : ""
        return "Deliveries are wrong: \(list)\(closed)."
    }

    /// For people.
    var table: String {
        let rows = [
            ("subscribers", Count.text(self.subscribers)),
            ("messages", "\(Count.text(self.messages)) of \(Count.text(self.size, "byte"))"),
            ("publishers", Count.text(self.publishers) + (self.rate.map { ", \($0.formatted) messages/s" } ?? "")),
            ("deliveries", "\(Count.text(self.deliveries)) in \(self.seconds.formatted) s"),
            ("deliveries/s", Count.text(Int(self.deliveriesPerSecond))),
            ("latency p50", "\(self.medianLatency.formatted) ms"),
            ("latency p99", "\(self.p99Latency.formatted) ms"),
            ("latency max", "\(self.maximumLatency.formatted) ms"),
            ("lost", Count.text(self.lost)),
            ("duplicates", Count.text(self.duplicates)),
            ("order faults", Count.text(self.orderFaults)),
        ]
        return rows.map { "\($0.0.padding(to: 14))\($0.1)" }.joined(separator: "\n")
    }
}

extension Double {
    /// Three digits that count, or the whole number.
    fileprivate var formatted: String {
        String(format: self < 1 ? "%.3f" : self < 10 ? "%.2f" : self < 100 ? "%.1f" : "%.0f", self)
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.count))
    }
}
