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

/// The checksums by which gzip and zlib notice that data has been damaged.
enum Checksum {
    /// None: the data brings none.
    case none
    /// CRC-32, of gzip ([RFC 1952, 8](https://www.rfc-editor.org/rfc/rfc1952#section-8)).
    case crc32(UInt32)
    /// Adler-32, of zlib ([RFC 1950, 8](https://www.rfc-editor.org/rfc/rfc1950#section-8)).
    case adler32(low: UInt32, high: UInt32)

    static var newCRC32: Checksum { .crc32(.max) }
    static var newAdler32: Checksum { .adler32(low: 1, high: 0) }

    /// The sum of all that has been added.
    var value: UInt32 {
        switch self {
        case .none: 0
        case .crc32(let register): ~register
        case .adler32(let low, let high): high << 16 | low
        }
    }

    mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch self {
        case .none: break
        case .crc32(var register):
            let table = Self.crcTable
            for byte in bytes { register = table[Int((register ^ UInt32(byte)) & 0xFF)] ^ register >> 8 }
            self = .crc32(register)
        case .adler32(var low, var high):
            var rest = bytes[...]
            while !rest.isEmpty {
                // As many as the sums have room for before they are reduced.
                for byte in rest.prefix(5552) {
                    low += UInt32(byte)
                    high += low
                }
                low %= 65_521
                high %= 65_521
                rest = rest.dropFirst(5552)
            }
            self = .adler32(low: low, high: high)
        }
    }

    private static let crcTable: [UInt32] = (0..<256).map { (index: UInt32) in
        (0..<8).reduce(index) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}
