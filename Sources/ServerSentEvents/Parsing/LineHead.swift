/// The first bytes of a cut line, until there are enough to tell its field and whether a space follows the colon.
struct LineHead: Sendable {
    /// The bytes of the longest field name, a colon and a space.
    static var byteCount: Int { 7 }

    private var bytes: UInt64 = 0
    private var count = 0

    var isEmpty: Bool { self.count == 0 }

    var isFull: Bool { self.count == Self.byteCount }

    var first: UInt8 { UInt8(truncatingIfNeeded: self.bytes) }

    mutating func append(_ byte: UInt8) {
        self.bytes |= UInt64(byte) << (8 * UInt64(self.count))
        self.count += 1
    }

    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        withUnsafeBytes(of: self.bytes.littleEndian) { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { body(UnsafeBufferPointer(rebasing: $0[..<self.count])) }
        }
    }
}
