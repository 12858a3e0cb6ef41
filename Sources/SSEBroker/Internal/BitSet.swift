/// A set of small numbers, a bit each.
///
/// `BitCollections` has such a set; it counts its members and checks its uniqueness at each step, which the innermost
/// loop of matching need not pay for, and it would be one more module for every application that links the broker.
@available(SwiftSSE 1.0, *)
struct BitSet: Sendable {
    private var words: [UInt64]

    /// Makes an empty set of the numbers below a count.
    init(count: Int) {
        self.words = Array(repeating: 0, count: (count + 63) / 64)
    }

    var isEmpty: Bool { self.words.allSatisfy { $0 == 0 } }

    func contains(_ number: Int) -> Bool {
        self.words[number / 64] & (1 << UInt64(number % 64)) != 0
    }

    /// Adds a number, and tells whether it was not there.
    @discardableResult
    mutating func insert(_ number: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(number % 64)
        guard self.words[number / 64] & bit == 0 else { return false }
        self.words[number / 64] |= bit
        return true
    }

    mutating func removeAll() {
        for index in self.words.indices { self.words[index] = 0 }
    }

    func forEach(_ body: (Int) -> Void) {
        for (index, word) in self.words.enumerated() {
            var rest = word
            while rest != 0 {
                body(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
    }
}
