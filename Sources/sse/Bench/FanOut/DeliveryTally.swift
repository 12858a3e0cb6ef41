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

/// Checks that a subscriber gets each message of each publisher once, and in order.
struct DeliveryOrder {
    enum Finding {
        case expected
        /// Came after one that was published later.
        case late
        case duplicate
        /// Nobody has published it.
        case unknown
    }

    /// The next sequence number of each publisher.
    private var next: [UInt32]
    /// What has been left out so far, by publisher and sequence number.
    private var missing: Set<UInt64> = []

    init(publishers: Int) {
        self.next = Array(repeating: 0, count: publishers)
    }

    mutating func check(_ mark: FanOutMark, _ plan: FanOutPlan) -> Finding {
        let publisher = Int(mark.publisher)
        guard publisher < self.next.count, mark.sequence < plan.messages(of: publisher) else { return .unknown }
        let next = self.next[publisher]
        if mark.sequence == next {
            self.next[publisher] = next + 1
            return .expected
        }
        if mark.sequence > next {
            for sequence in next..<mark.sequence { self.missing.insert(Self.key(publisher, sequence)) }
            self.next[publisher] = mark.sequence + 1
            return .expected
        }
        return self.missing.remove(Self.key(publisher, mark.sequence)) == nil ? .duplicate : .late
    }

    private static func key(_ publisher: Int, _ sequence: UInt32) -> UInt64 {
        UInt64(publisher) << 32 | UInt64(sequence)
    }
}

/// How long things took: counts in buckets whose width is a 64th of their value, so that a billion of them fit.
struct LatencyHistogram {
    private static let precision = 6

    private var counts = [Int](repeating: 0, count: (64 - Self.precision + 1) << Self.precision)
    private(set) var count = 0
    private(set) var maximum: UInt64 = 0

    mutating func record(_ nanoseconds: UInt64) {
        self.counts[Self.index(nanoseconds)] += 1
        self.count += 1
        self.maximum = max(self.maximum, nanoseconds)
    }

    mutating func merge(_ other: LatencyHistogram) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
        self.count += other.count
        self.maximum = max(self.maximum, other.maximum)
    }

    /// The time within which a part of all were; nothing if there are none.
    func nanoseconds(at part: Double) -> UInt64 {
        let rank = max(1, Int((Double(self.count) * part).rounded(.up)))
        var seen = 0
        for (index, count) in self.counts.enumerated() {
            seen += count
            if seen >= rank { return min(Self.upperBound(index), self.maximum) }
        }
        return 0
    }

    /// Small values have buckets of their own; above that it is the exponent, and the bits after the first.
    private static func index(_ value: UInt64) -> Int {
        let exponent = 63 - value.leadingZeroBitCount - Self.precision
        guard exponent > 0 else { return Int(value) }
        return exponent << Self.precision + Int(value >> UInt64(exponent))
    }

    private static func upperBound(_ index: Int) -> UInt64 {
        let exponent = max(0, index >> Self.precision - 1)
        guard exponent > 0 else { return UInt64(index) }
        return UInt64(index - exponent << Self.precision + 1) << UInt64(exponent) &- 1
    }
}
