/// Writes the lines of an event into memory that has been measured for it.
struct FieldWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>

    /// How many bytes have been written.
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    /// How many bytes a field takes with its line end. A space stands before every value that is not empty, so that one
    /// with which the value begins survives.
    @inline(__always)
    static func byteCount(name: StaticString, _ valueByteCount: Int) -> Int {
        name.utf8CodeUnitCount + (valueByteCount == 0 ? 2 : 3) + valueByteCount
    }

    @inline(__always)
    mutating func writeField(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>) {
        self.writeName(name, isEmpty: value.isEmpty)
        self.write(value)
        self.endLine()
    }

    mutating func writeBase64Field(_ name: StaticString, _ value: UnsafeBufferPointer<UInt8>) {
        self.writeName(name, isEmpty: value.isEmpty)
        if let output = self.buffer.baseAddress { Base64.encode(value, to: output + self.count) }
        self.count += Base64.encodedByteCount(value.count)
        self.endLine()
    }

    mutating func writeLine(prefix: StaticString, _ text: UnsafeBufferPointer<UInt8>) {
        self.write(UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
        self.write(text)
        self.endLine()
    }

    mutating func endLine() {
        self.append(.lineFeed)
    }

    @inline(__always)
    private mutating func writeName(_ name: StaticString, isEmpty: Bool) {
        self.write(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        self.append(.colon)
        if !isEmpty { self.append(.space) }
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8) {
        self.buffer[self.count] = byte
        self.count += 1
    }

    @inline(__always)
    private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress, let start = self.buffer.baseAddress else { return }
        precondition(bytes.count <= self.buffer.count - self.count, "The buffer is smaller than the event.")
        (start + self.count).update(from: source, count: bytes.count)
        self.count += bytes.count
    }
}

/// The lines of a text: what stands between LF, CR and CRLF. There is always at least one, and it may be empty.
struct LinesOfText: Sequence {
    private let text: UnsafeBufferPointer<UInt8>

    @inline(__always)
    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    func makeIterator() -> Iterator { Iterator(self.text) }

    struct Iterator: IteratorProtocol {
        private let end: UnsafePointer<UInt8>?
        private var position: UnsafePointer<UInt8>?
        private var scanner: LineEndScanner

        init(_ text: UnsafeBufferPointer<UInt8>) {
            let start = text.baseAddress ?? Self.noText
            self.position = start
            self.end = start + text.count
            self.scanner = LineEndScanner(start: start, end: start + text.count)
        }

        mutating func next() -> UnsafeBufferPointer<UInt8>? {
            guard let position = self.position, let end = self.end else { return nil }
            guard let lineEnd = self.scanner.lineEnd(from: position) else {
                self.position = nil
                return UnsafeBufferPointer(start: position, count: end - position)
            }
            let next = lineEnd + 1
            let isPair = lineEnd.pointee == .carriageReturn && next < end && next.pointee == .lineFeed
            self.position = isPair ? next + 1 : next
            return UnsafeBufferPointer(start: position, count: lineEnd - position)
        }

        /// Where the text of no bytes begins; it is never read.
        private static var noText: UnsafePointer<UInt8> { UnsafePointer(("" as StaticString).utf8Start) }
    }
}
