/// A generator of random numbers whose whole run follows from its seed, so that a failure can be seen again.
package struct SplitMix64 {
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed
    }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number in `0..<bound`; `bound` is at least one.
    package mutating func number(below bound: Int) -> Int {
        Int(self.next() % UInt64(bound))
    }

    /// One of the choices, of which there is at least one.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[self.number(below: choices.count)]
    }

    /// `true` once in so many times.
    package mutating func chance(oneIn count: Int) -> Bool {
        self.number(below: count) == 0
    }

    /// Any bytes.
    package mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: self.next()) }
    }
}
