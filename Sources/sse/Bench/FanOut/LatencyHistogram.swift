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
