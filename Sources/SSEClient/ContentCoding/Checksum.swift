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
