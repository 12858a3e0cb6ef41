import NIOCore

/// What the subscribers of a loop have received.
struct DeliveryTally: Sendable {
    /// Messages that came for the first time.
    var deliveries = 0
    var duplicates = 0
    var orderFaults = 0
    var unknown = 0
    var latencies = LatencyHistogram()
    var lastDelivery: NIODeadline?

    mutating func count(_ finding: DeliveryOrder.Finding, _ mark: FanOutMark, at now: NIODeadline) {
        switch finding {
        case .expected: break
        case .late: self.orderFaults += 1
        case .duplicate:
            self.duplicates += 1
            return
        case .unknown:
            self.unknown += 1
            return
        }
        self.deliveries += 1
        self.lastDelivery = now
        self.latencies.record(now.uptimeNanoseconds - min(mark.nanoseconds, now.uptimeNanoseconds))
    }

    mutating func merge(_ other: DeliveryTally) {
        self.deliveries += other.deliveries
        self.duplicates += other.duplicates
        self.orderFaults += other.orderFaults
        self.unknown += other.unknown
        self.latencies.merge(other.latencies)
        if let last = other.lastDelivery { self.lastDelivery = max(self.lastDelivery ?? last, last) }
    }
}
