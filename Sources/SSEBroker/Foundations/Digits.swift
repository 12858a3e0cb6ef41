// Digits as bytes where they are wanted, without a string: every event that comes into a log has some.
extension UInt64 {
    /// How many digits the number has.
    @inline(__always)
    func digitCount(radix: UInt64) -> Int {
        var (count, rest) = (1, self / radix)
        while rest > 0 {
            count += 1
            rest /= radix
        }
        return count
    }

    /// Writes the number's digits, with small letters, as many as ``digitCount(radix:)`` says.
    @inline(__always)
    func writeDigits(radix: UInt64, _ count: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        var rest = self
        for index in stride(from: start + count - 1, through: start, by: -1) {
            let digit = UInt8(truncatingIfNeeded: rest % radix)
            buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            rest /= radix
        }
    }
}

/// FNV-1a with 64 bits: for short texts, and the same everywhere and always, which Swift's own hashes are not.
package enum FNV {
    /// Inlinable, since modules beside this one hash every message with it.
    @inlinable
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash ^= UInt64(byte)
            hash &*= 0x0000_0100_0000_01B3
        }
        return hash
    }
}

extension Unicode.Scalar {
    /// Whether this is a control character (C0, DEL, C1) or a format character (such as U+200E or U+FEFF).
    var isControlOrFormat: Bool {
        if self.value < 0x7F { return self.value < 0x20 }
        return self.value < 0xA0 || self.properties.generalCategory == .format
    }
}
