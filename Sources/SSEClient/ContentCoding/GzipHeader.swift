/// Reads over the header of a gzip member, byte by byte.
///
/// - SeeAlso: [RFC 1952, 2.3](https://www.rfc-editor.org/rfc/rfc1952#page-5)
struct GzipHeader {
    private enum Part {
        /// The ten bytes that each header has.
        case fixed
        case extraLength
        case extra
        case name
        case comment
        case checksum
    }

    private var part = Part.fixed
    /// How many bytes of a part have been read, or are left of it.
    private var count: Int
    private var flags: UInt8 = 0
    private var extraLength = 0

    /// - Parameter position: How many bytes of it have been read, and were right.
    init(position: Int) {
        self.count = position
    }

    /// Reads a byte.
    ///
    /// - Returns: Whether it was the last one.
    /// - Throws: ``ContentCodingError`` if this is not the header of a gzip member.
    mutating func read(_ byte: UInt8) throws(ContentCodingError) -> Bool {
        self.count += 1
        switch self.part {
        case .fixed:
            switch self.count {
            case 1: guard byte == 0x1F else { throw ContentCodingError("it does not begin as gzip does") }
            case 2: guard byte == 0x8B else { throw ContentCodingError("it does not begin as gzip does") }
            case 3: guard byte == 8 else { throw ContentCodingError("it is compressed in an unknown way") }
            case 4:
                guard byte & 0xE0 == 0 else { throw ContentCodingError("its header has unknown parts") }
                self.flags = byte
            default: break
            }
            guard self.count == 10 else { return false }
            return self.begin(.extraLength)
        case .extraLength:
            self.extraLength |= Int(byte) << (8 * (self.count - 1))
            guard self.count == 2 else { return false }
            return self.begin(self.extraLength > 0 ? .extra : .name)
        case .extra:
            guard self.count == self.extraLength else { return false }
            return self.begin(.name)
        case .name: return byte == 0 && self.begin(.comment)
        case .comment: return byte == 0 && self.begin(.checksum)
        case .checksum: return self.count == 2
        }
    }

    /// Goes on to a part, or to the next one that there is.
    ///
    /// - Returns: Whether there is none.
    private mutating func begin(_ part: Part) -> Bool {
        self.count = 0
        self.part = part
        switch part {
        case .fixed, .extra: return false
        case .extraLength: return self.flags & 4 == 0 ? self.begin(.name) : false
        case .name: return self.flags & 8 == 0 ? self.begin(.comment) : false
        case .comment: return self.flags & 16 == 0 ? self.begin(.checksum) : false
        case .checksum: return self.flags & 2 == 0
        }
    }
}
