import Foundation

/// Finds marks in the bytes of a stream, however these are cut.
struct FanOutMarkScanner {
    /// How many digits of a mark have been read; `nil` outside of marks.
    private var digits: Int?
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    /// Reads on.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, _ body: (FanOutMark) -> Void) {
        var index = 0
        while index < bytes.count {
            guard let digits = self.digits else {
                guard let base = bytes.baseAddress,
                    let found = memchr(base + index, Int32(FanOutMark.start), bytes.count - index)
                else { return }
                index = base.distance(to: UnsafeRawPointer(found)) + 1
                (self.digits, self.high, self.low) = (0, 0, 0)
                continue
            }
            guard let digit = bytes[index].hexadecimalDigit else {
                // No mark of ours; the byte may begin one.
                self.digits = nil
                continue
            }
            index += 1
            // Twelve digits for the publisher and its sequence number, sixteen for the time.
            if digits < 12 { self.high = self.high << 4 | digit } else { self.low = self.low << 4 | digit }
            if digits + 1 < FanOutMark.length - 1 {
                self.digits = digits + 1
            } else {
                self.digits = nil
                body(
                    FanOutMark(
                        publisher: UInt16(truncatingIfNeeded: self.high >> 32),
                        sequence: UInt32(truncatingIfNeeded: self.high),
                        nanoseconds: self.low
                    )
                )
            }
        }
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt64? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(self - UInt8(ascii: "a")) + 10
        default: nil
        }
    }
}
