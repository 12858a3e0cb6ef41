/// A Huffman code of DEFLATE as a table: the next bits of the input are the index of the symbol that they begin with.
///
/// - SeeAlso: [RFC 1951, 3.2.2](https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2)
struct HuffmanTable {
    /// What a code is for, which decides whether it may have gaps.
    enum Purpose {
        case codeLengths
        case literals
        case distances
    }

    /// The longest code.
    static let maximumBits = 15

    /// A symbol and, in the lowest four bits, the length of its code; 0 where no code leads.
    private let entries: [UInt16]

    /// How many bits an index has.
    let bits: Int

    /// Makes a table.
    ///
    /// - Parameters:
    ///   - lengths: How long the code of each symbol is, 0 for symbols that do not occur.
    ///   - purpose: What the code is for.
    /// - Returns: `nil` if no code has these lengths, or if the code has gaps that this one must not have.
    init?(lengths: some Sequence<UInt8>, for purpose: Purpose) {
        var counts = Array(repeating: 0, count: Self.maximumBits + 1)
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        let bits = counts.lastIndex { $0 > 0 } ?? 0
        var free = 1
        for length in 1...Self.maximumBits {
            free = free * 2 - counts[length]
            guard free >= 0 else { return nil }
        }
        // A single code, or none, is what little data leads to: https://www.rfc-editor.org/rfc/rfc1951#page-13
        guard free == 0 || purpose != .codeLengths && bits <= 1 else { return nil }

        var next = Array(repeating: 0, count: Self.maximumBits + 2)
        for length in 1...Self.maximumBits { next[length + 1] = (next[length] + counts[length]) * 2 }
        var entries = Array(repeating: UInt16(0), count: 1 << bits)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            let length = Int(length)
            let code = next[length]
            next[length] += 1
            // Codes come with their highest bit first, all else with its lowest.
            var reversed = 0
            for bit in 0..<length where code >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
            for index in stride(from: reversed, to: entries.count, by: 1 << length) {
                entries[index] = UInt16(symbol << 4 | length)
            }
        }
        self.entries = entries
        self.bits = bits
    }

    /// The symbol that some bits begin with, and the length of its code; a length of 0 if no code leads there.
    func lookUp(_ nextBits: UInt64) -> (symbol: Int, length: Int) {
        let entry = self.entries[Int(truncatingIfNeeded: nextBits) & (self.entries.count - 1)]
        return (Int(entry >> 4), Int(entry & 15))
    }
}

extension HuffmanTable {
    /// The code for literals and lengths of blocks that bring none.
    ///
    /// - SeeAlso: [RFC 1951, 3.2.6](https://www.rfc-editor.org/rfc/rfc1951#section-3.2.6)
    static let fixedLiterals = Self.fixed(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 },
        for: .literals
    )

    /// The code for distances of blocks that bring none.
    static let fixedDistances = Self.fixed(Array(repeating: 5, count: 32), for: .distances)

    private static func fixed(_ lengths: [UInt8], for purpose: Purpose) -> HuffmanTable {
        guard let table = HuffmanTable(lengths: lengths, for: purpose) else {
            preconditionFailure("The code of the standard is complete.")
        }
        return table
    }
}
