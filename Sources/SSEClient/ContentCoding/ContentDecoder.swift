/// Undoes the coding of a body as its bytes come: gzip, and both of what servers call deflate.
///
/// It holds the chunk that has come last and 64 KB of what it has decoded, whatever the body makes of itself: who reads
/// sets the pace, and limits what comes out.
@available(SwiftSSE 1.0, *)
struct ContentDecoder {
    private enum Phase {
        /// Nothing has been looked at.
        case start
        case gzipHeader(GzipHeader)
        case zlibHeader
        case inflating
        /// What follows the data: the bytes that have come, and how many there are to be.
        case trailer([UInt8], count: Int)
        /// After a gzip member, which another one may follow.
        case betweenMembers
        /// The body is not coded at all.
        case plain
        /// Nothing that comes now counts.
        case done
    }

    private let coding: ContentCoding
    private var phase = Phase.start
    private var inflater = Inflater()
    private var checksum = Checksum.none
    private var memberSize: UInt32 = 0

    private var input: [UInt8] = []
    private var offset = 0

    /// The inflater has stopped so that what it has decoded is taken from it.
    private var isFull = false

    /// A Boolean value that indicates whether nothing more can be decoded of what has come.
    private(set) var needsInput = true

    init(_ coding: ContentCoding) {
        self.coding = coding
    }

    /// Takes in a piece of the body.
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty else { return }
        if self.offset == self.input.count {
            self.input.replaceSubrange(0..., with: bytes)
        } else {
            self.input.replaceSubrange(..<self.offset, with: EmptyCollection())
            self.input.append(contentsOf: bytes)
        }
        self.offset = 0
        self.needsInput = false
    }

    /// Decodes the next piece, of 32 KB at most.
    ///
    /// - Parameter body: Gets the piece, in one or two calls.
    /// - Returns: Whether there was something; if not, more of the body is needed.
    /// - Throws: ``ContentCodingError`` if the body is not what its coding says.
    mutating func decode(_ body: (UnsafeBufferPointer<UInt8>) -> Void) throws(ContentCodingError) -> Bool {
        while !self.needsInput {
            if try self.step() { continue }
            if self.take(body) { return true }
            if !self.isFull { self.needsInput = true }
            self.isFull = false
        }
        return false
    }

    /// Ends the body.
    ///
    /// - Throws: ``ContentCodingError`` if more of it was to come.
    func finish() throws(ContentCodingError) {
        switch self.phase {
        // A body of nothing is the coding of nothing, whatever its servers mean by it.
        case .start where self.input.isEmpty: break
        case .betweenMembers, .plain, .done: break
        default: throw .truncated
        }
    }

    // MARK: Steps

    private mutating func take(_ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
        if case .plain = self.phase {
            guard self.offset < self.input.count else { return false }
            self.input.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[self.offset...])) }
            self.offset = self.input.count
            return true
        }
        var checksum = self.checksum
        var size = self.memberSize
        let hasSome = self.inflater.take { bytes in
            checksum.add(bytes)
            size &+= UInt32(truncatingIfNeeded: bytes.count)
            body(bytes)
        }
        self.checksum = checksum
        self.memberSize = size
        return hasSome
    }

    /// - Returns: Whether to go on at once; otherwise what is decoded is to be taken, or more is needed.
    private mutating func step() throws(ContentCodingError) -> Bool {
        switch self.phase {
        case .start: return self.detect()
        case .gzipHeader(var header):
            while let byte = self.nextByte() {
                if try header.read(byte) {
                    self.phase = .inflating
                    return true
                }
            }
            self.phase = .gzipHeader(header)
            return false
        case .zlibHeader:
            guard self.input.count - self.offset >= 2 else { return false }
            self.offset += 2
            self.phase = .inflating
            return true
        case .inflating: return try self.inflate()
        case .trailer(var bytes, let count):
            while bytes.count < count {
                guard let byte = self.nextByte() else {
                    self.phase = .trailer(bytes, count: count)
                    return false
                }
                bytes.append(byte)
            }
            try self.check(bytes)
            self.phase = self.coding == .gzip ? .betweenMembers : .done
            return true
        case .betweenMembers:
            guard let byte = self.nextByte() else { return false }
            // Zeros fill up blocks of tapes; what else is no member is not looked at, as gzip does.
            if byte == 0 { return true }
            guard byte == 0x1F else {
                self.phase = .done
                return true
            }
            self.beginMember(headerFrom: 1)
            return true
        case .plain: return false
        case .done:
            self.offset = self.input.count
            return false
        }
    }

    /// Looks at how the body begins.
    private mutating func detect() -> Bool {
        guard self.offset < self.input.count else { return false }
        let first = self.input[self.offset]
        if self.coding == .gzip {
            // Some servers only say that it is gzip, and some clients have decoded it on the way here.
            if first == 0x1F {
                self.beginMember(headerFrom: 0)
                return true
            }
            // Others send under this name what is zlib's.
            guard first == 0x78 else {
                self.phase = .plain
                return true
            }
            guard self.offset + 1 < self.input.count else { return false }
            guard [0x01, 0x9C, 0xDA].contains(self.input[self.offset + 1]) else {
                self.phase = .plain
                return true
            }
            self.checksum = .newAdler32
            self.phase = .zlibHeader
            return true
        }
        guard self.offset + 1 < self.input.count else { return false }
        // By the standard it is zlib's; much of what there is has nothing around it:
        // https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1.2
        let header = Int(first) << 8 | Int(self.input[self.offset + 1])
        let isZlib = first & 0x0F == 8 && first >> 4 <= 7 && header.isMultiple(of: 31) && header & 0x20 == 0
        if isZlib { self.checksum = .newAdler32 }
        self.phase = isZlib ? .zlibHeader : .inflating
        return true
    }

    private mutating func beginMember(headerFrom position: Int) {
        self.inflater = Inflater()
        self.checksum = .newCRC32
        self.memberSize = 0
        self.phase = .gzipHeader(GzipHeader(position: position))
    }

    private mutating func inflate() throws(ContentCodingError) -> Bool {
        // Another name for it, so that the inflater can change while it is looked at.
        let input = self.input
        let progress = try input.withUnsafeBufferPointer { bytes throws(ContentCodingError) in
            try self.inflater.decode(bytes, from: &self.offset)
        }
        switch progress {
        case .needsInput: return false
        case .isFull:
            self.isFull = true
            return false
        case .isDone:
            switch self.checksum {
            case .none: self.phase = .done
            case .crc32: self.phase = .trailer([], count: 8)
            case .adler32: self.phase = .trailer([], count: 4)
            }
            // What has been decoded is part of the sum that follows.
            self.isFull = true
            return false
        }
    }

    private mutating func nextByte() -> UInt8? {
        let input = self.input
        return input.withUnsafeBufferPointer { self.inflater.nextByte($0, &self.offset) }
    }

    private func check(_ trailer: [UInt8]) throws(ContentCodingError) {
        func number(_ bytes: some Sequence<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
        let isRight =
            if trailer.count == 8 {
                number(trailer[..<4].reversed()) == self.checksum.value
                    && number(trailer[4...].reversed()) == self.memberSize
            } else {
                number(trailer) == self.checksum.value
            }
        guard isRight else { throw ContentCodingError("the checksum is wrong") }
    }
}
