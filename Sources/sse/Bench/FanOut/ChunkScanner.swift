/// Takes the framing of HTTP/1.1 chunks off, since a proxy may cut a message in two.
struct ChunkScanner {
    private enum State {
        /// Reads the digits of a size.
        case size(Int)
        /// Reads the rest of the line that has the size.
        case sizeEnd(Int)
        case data(Int)
        /// Reads the line end after the data.
        case dataEnd
        /// The last chunk has come.
        case end
    }

    private var state = State.size(0)
    private(set) var isMalformed = false

    /// Whether the body has ended.
    var isAtEnd: Bool {
        if case .end = self.state { true } else { false }
    }

    /// Reads on, and gives what is data.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        var index = 0
        while index < bytes.count {
            switch self.state {
            case .size(let size):
                switch bytes[index] {
                case let byte where byte.chunkDigit != nil && size < 1 << 48:
                    self.state = .size(size << 4 | (byte.chunkDigit ?? 0))
                case UInt8(ascii: "\n"):
                    self.state = size == 0 ? .end : .data(size)
                case UInt8(ascii: "\r"), UInt8(ascii: ";"), UInt8(ascii: " "):
                    self.state = .sizeEnd(size)
                default:
                    self.isMalformed = true
                    self.state = .end
                }
                index += 1
            case .sizeEnd(let size):
                if bytes[index] == UInt8(ascii: "\n") { self.state = size == 0 ? .end : .data(size) }
                index += 1
            case .data(let size):
                let count = min(size, bytes.count - index)
                body(UnsafeRawBufferPointer(rebasing: bytes[index..<index + count]))
                index += count
                self.state = count < size ? .data(size - count) : .dataEnd
            case .dataEnd:
                if bytes[index] == UInt8(ascii: "\n") { self.state = .size(0) }
                index += 1
            case .end:
                return
            }
        }
    }
}

extension UInt8 {
    fileprivate var chunkDigit: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
