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
