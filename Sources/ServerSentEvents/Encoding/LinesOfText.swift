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
