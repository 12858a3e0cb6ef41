/// Undoes DEFLATE, byte by byte as they come: whatever is decodable of what has come is decoded, and it never waits for
/// the end of a block.
///
/// It keeps the last 32 KB of what it has decoded, and decodes no more than 32 KB before that is taken from it.
///
/// - SeeAlso: [RFC 1951](https://www.rfc-editor.org/rfc/rfc1951)
struct Inflater {
    enum Progress {
        /// All input has been used.
        case needsInput
        /// What has been decoded is to be taken first.
        case isFull
        /// The last block has ended.
        case isDone
    }

    private enum Phase {
        case blockHeader
        case storedLength
        case stored(left: Int)
        case codeCounts
        case codeLengthLengths
        case codeLengths
        case symbol
        case length(symbol: Int)
        case distance(length: Int)
        case distanceExtra(length: Int, symbol: Int)
        case copy(length: Int, distance: Int)
        case done
    }

    /// How much is decoded at most before it is taken, and how far back a distance may lead.
    private static var reach: Int { 32 * 1024 }
    private static var ringMask: Int { 2 * Self.reach - 1 }

    private var phase = Phase.blockHeader
    private var isLastBlock = false

    /// Bits that have been taken from the input and not been used, the next one lowest.
    private var bits: UInt64 = 0
    private var bitCount = 0

    /// What has been decoded last. Twice the reach, so that what waits to be taken leaves the history whole.
    private var ring = [UInt8](repeating: 0, count: 2 * Self.reach)
    private var decodedCount = 0
    private var takenCount = 0

    // What the header of a block with codes of its own has said so far.
    private var literalCount = 0
    private var distanceCount = 0
    private var codeLengthCount = 0
    private var lengths: [UInt8] = []
    private var codeLengthTable: HuffmanTable?

    private var literals = HuffmanTable.fixedLiterals
    private var distances = HuffmanTable.fixedDistances

    /// Decodes until the input is used up, or enough is decoded, or the data ends.
    ///
    /// - Parameters:
    ///   - input: What has come.
    ///   - offset: Where to begin in it; is moved past what has been used.
    /// - Throws: ``ContentCodingError`` if this is not DEFLATE.
    mutating func decode(
        _ input: UnsafeBufferPointer<UInt8>,
        from offset: inout Int
    ) throws(ContentCodingError) -> Progress {
        while true {
            let isStuck: Bool
            switch self.phase {
            case .blockHeader: isStuck = try !self.readBlockHeader(input, &offset)
            case .storedLength: isStuck = try !self.readStoredLength(input, &offset)
            case .stored(let left):
                guard left == 0 || self.room > 0 else { return .isFull }
                isStuck = !self.copyStored(left, input, &offset)
            case .codeCounts, .codeLengthLengths, .codeLengths: isStuck = try !self.readCodes(input, &offset)
            case .symbol:
                guard self.room > 0 else { return .isFull }
                isStuck = try !self.readSymbols(input, &offset)
            case .length, .distance, .distanceExtra: isStuck = try !self.readMatch(input, &offset)
            case .copy(let length, let distance):
                guard self.room > 0 else { return .isFull }
                self.copy(length, from: distance)
                isStuck = false
            case .done: return .isDone
            }
            if isStuck { return .needsInput }
        }
    }

    // MARK: What has been decoded

    private var room: Int { Self.reach - (self.decodedCount - self.takenCount) }

    /// Hands out what has been decoded since the last time, in one or two pieces.
    ///
    /// - Returns: Whether there was something.
    mutating func take(_ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        guard self.takenCount < self.decodedCount else { return false }
        let start = self.takenCount & Self.ringMask
        let count = self.decodedCount - self.takenCount
        let first = min(count, self.ring.count - start)
        self.ring.withUnsafeBufferPointer { ring in
            body(UnsafeBufferPointer(rebasing: ring[start..<start + first]))
            if first < count { body(UnsafeBufferPointer(rebasing: ring[..<(count - first)])) }
        }
        self.takenCount = self.decodedCount
        return true
    }

    private mutating func append(_ byte: UInt8) {
        self.ring[self.decodedCount & Self.ringMask] = byte
        self.decodedCount += 1
    }

    // MARK: Bits

    /// Makes sure that so many bits are there, 32 at most.
    private mutating func need(_ count: Int, _ input: UnsafeBufferPointer<UInt8>, _ offset: inout Int) -> Bool {
        while self.bitCount < count {
            guard offset < input.count else { return false }
            self.bits |= UInt64(input[offset]) << UInt64(self.bitCount)
            self.bitCount += 8
            offset += 1
        }
        return true
    }

    private mutating func takeBits(_ count: Int) -> Int {
        let value = Int(truncatingIfNeeded: self.bits & (1 << UInt64(count) - 1))
        self.bits >>= UInt64(count)
        self.bitCount -= count
        return value
    }

    /// The next whole byte, for what comes after the data; `nil` if it has not come.
    mutating func nextByte(_ input: UnsafeBufferPointer<UInt8>, _ offset: inout Int) -> UInt8? {
        _ = self.takeBits(self.bitCount % 8)
        return self.need(8, input, &offset) ? UInt8(truncatingIfNeeded: self.takeBits(8)) : nil
    }

    /// The next symbol of a code; `nil` if what has come does not say.
    private mutating func symbol(
        _ table: HuffmanTable,
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(ContentCodingError) -> Int? {
        let hasAllBits = self.need(table.bits, input, &offset)
        let (symbol, length) = table.lookUp(self.bits)
        guard length > 0, length <= self.bitCount else {
            // With fewer bits than the longest code has, those that are missing may lead elsewhere.
            if length == 0, hasAllBits { throw ContentCodingError("a code leads nowhere") }
            return nil
        }
        _ = self.takeBits(length)
        return symbol
    }

    // MARK: Blocks

    private mutating func readBlockHeader(
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(ContentCodingError) -> Bool {
        guard self.need(3, input, &offset) else { return false }
        self.isLastBlock = self.takeBits(1) == 1
        switch self.takeBits(2) {
        case 0:
            _ = self.takeBits(self.bitCount % 8)
            self.phase = .storedLength
        case 1:
            self.literals = .fixedLiterals
            self.distances = .fixedDistances
            self.phase = .symbol
        case 2: self.phase = .codeCounts
        default: throw ContentCodingError("a block is of no known kind")
        }
        return true
    }

    private mutating func endBlock() {
        self.phase = self.isLastBlock ? .done : .blockHeader
    }

    private mutating func readStoredLength(
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(ContentCodingError) -> Bool {
        guard self.need(32, input, &offset) else { return false }
        let length = self.takeBits(16)
        guard self.takeBits(16) == ~length & 0xFFFF else { throw ContentCodingError("the length of a block is wrong") }
        self.phase = .stored(left: length)
        return true
    }

    private mutating func copyStored(
        _ left: Int,
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) -> Bool {
        var left = left
        let end = min(left, self.room)
        var copied = 0
        while copied < end, let byte = self.nextByte(input, &offset) {
            self.append(byte)
            copied += 1
        }
        left -= copied
        if left == 0 { self.endBlock() } else { self.phase = .stored(left: left) }
        return left == 0 || copied == end
    }

    /// Reads the codes that a block brings.
    ///
    /// - SeeAlso: [RFC 1951, 3.2.7](https://www.rfc-editor.org/rfc/rfc1951#section-3.2.7)
    private mutating func readCodes(
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(ContentCodingError) -> Bool {
        switch self.phase {
        case .codeCounts:
            guard self.need(14, input, &offset) else { return false }
            self.literalCount = self.takeBits(5) + 257
            self.distanceCount = self.takeBits(5) + 1
            self.codeLengthCount = self.takeBits(4) + 4
            guard self.literalCount <= 286, self.distanceCount <= 30 else {
                throw ContentCodingError("a block has too many codes")
            }
            self.lengths = []
            self.phase = .codeLengthLengths
            return true
        case .codeLengthLengths:
            while self.lengths.count < self.codeLengthCount {
                guard self.need(3, input, &offset) else { return false }
                self.lengths.append(UInt8(truncatingIfNeeded: self.takeBits(3)))
            }
            var lengths = [UInt8](repeating: 0, count: 19)
            for (symbol, length) in zip(DeflateTables.codeLengthOrder, self.lengths) { lengths[symbol] = length }
            guard let table = HuffmanTable(lengths: lengths, for: .codeLengths) else {
                throw ContentCodingError("the code of a block's codes is none")
            }
            self.codeLengthTable = table
            self.lengths = []
            self.phase = .codeLengths
            return true
        default:
            return try self.readCodeLengths(input, &offset)
        }
    }

    private mutating func readCodeLengths(
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(ContentCodingError) -> Bool {
        let count = self.literalCount + self.distanceCount
        guard let table = self.codeLengthTable else { throw ContentCodingError("a block has no codes") }
        while self.lengths.count < count {
            // A symbol and what follows it are taken together, or not at all.
            guard self.need(table.bits, input, &offset) || self.bitCount > 0 else { return false }
            let (symbol, length) = table.lookUp(self.bits)
            guard length > 0 else { throw ContentCodingError("a code leads nowhere") }
            let (extra, least) = symbol < 16 ? (0, 1) : symbol == 16 ? (2, 3) : symbol == 17 ? (3, 3) : (7, 11)
            guard self.need(length + extra, input, &offset) else { return false }
            _ = self.takeBits(length)
            let repetitions = least + self.takeBits(extra)
            let value: UInt8
            switch symbol {
            case ..<16: value = UInt8(truncatingIfNeeded: symbol)
            case 16:
                guard let last = self.lengths.last else { throw ContentCodingError("a block repeats nothing") }
                value = last
            default: value = 0
            }
            guard self.lengths.count + repetitions <= count else {
                throw ContentCodingError("a block has too many codes")
            }
            self.lengths.append(contentsOf: repeatElement(value, count: repetitions))
        }
        // Without a code for its end a block would have none.
        guard self.lengths[256] > 0,
            let literals = HuffmanTable(lengths: self.lengths[..<self.literalCount], for: .literals),
            let distances = HuffmanTable(lengths: self.lengths[self.literalCount...], for: .distances)
        else { throw ContentCodingError("the codes of a block are none") }
        self.literals = literals
        self.distances = distances
        self.phase = .symbol
        return true
    }

    // MARK: Symbols

    private mutating func readSymbols(
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(ContentCodingError) -> Bool {
        while self.room > 0 {
            guard let symbol = try self.symbol(self.literals, input, &offset) else { return false }
            switch symbol {
            case ..<256: self.append(UInt8(truncatingIfNeeded: symbol))
            case 256:
                self.endBlock()
                return true
            case ..<286:
                self.phase = .length(symbol: symbol - 257)
                return true
            default: throw ContentCodingError("a length is of no known kind")
            }
        }
        return true
    }

    /// Reads how much is to be repeated, and from where.
    private mutating func readMatch(
        _ input: UnsafeBufferPointer<UInt8>,
        _ offset: inout Int
    ) throws(ContentCodingError) -> Bool {
        switch self.phase {
        case .length(let symbol):
            let (base, extra) = DeflateTables.lengths[symbol]
            guard self.need(extra, input, &offset) else { return false }
            self.phase = .distance(length: base + self.takeBits(extra))
        case .distance(let length):
            guard let symbol = try self.symbol(self.distances, input, &offset) else { return false }
            guard symbol < DeflateTables.distances.count else {
                throw ContentCodingError("a distance is of no known kind")
            }
            self.phase = .distanceExtra(length: length, symbol: symbol)
        case .distanceExtra(let length, let symbol):
            let (base, extra) = DeflateTables.distances[symbol]
            guard self.need(extra, input, &offset) else { return false }
            let distance = base + self.takeBits(extra)
            guard distance <= self.decodedCount else { throw ContentCodingError("a distance leads before the start") }
            self.phase = .copy(length: length, distance: distance)
        default: break
        }
        return true
    }

    private mutating func copy(_ length: Int, from distance: Int) {
        let count = min(length, self.room)
        for _ in 0..<count { self.append(self.ring[(self.decodedCount - distance) & Self.ringMask]) }
        self.phase = length == count ? .symbol : .copy(length: length - count, distance: distance)
    }
}

/// The numbers that DEFLATE's symbols stand for: the least value, and how many bits follow that are added to it.
///
/// - SeeAlso: [RFC 1951, 3.2.5](https://www.rfc-editor.org/rfc/rfc1951#section-3.2.5)
private enum DeflateTables {
    static let lengths: [(base: Int, extra: Int)] =
        Self.table(count: 28, from: 3, plain: 8, doubling: 4) + [(258, 0)]

    static let distances: [(base: Int, extra: Int)] = Self.table(count: 30, from: 1, plain: 4, doubling: 2)

    /// In which order the lengths of the codes of code lengths come.
    static let codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// A table whose numbers have one more bit after every so many symbols.
    private static func table(count: Int, from start: Int, plain: Int, doubling: Int) -> [(base: Int, extra: Int)] {
        var base = start
        return (0..<count).map { symbol in
            let extra = symbol < plain ? 0 : (symbol - plain) / doubling + 1
            defer { base += 1 << extra }
            return (base, extra)
        }
    }
}
