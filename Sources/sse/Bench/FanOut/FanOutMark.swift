import Foundation

/// What a message carries, to be known again: `~`, and in hexadecimal digits the publisher, its sequence number and when
/// the message was due, in nanoseconds of the machine's monotonic clock.
struct FanOutMark: Equatable {
    static let start = UInt8(ascii: "~")
    /// The bytes of a mark, its start included.
    static let length = 1 + 4 + 8 + 16

    let publisher: UInt16
    let sequence: UInt32
    let nanoseconds: UInt64

    /// The data of a message, filled up to a size.
    func data(size: Int) -> [UInt8] {
        var data = [Self.start]
        data.reserveCapacity(size)
        data.appendHexadecimal(self.publisher)
        data.appendHexadecimal(self.sequence)
        data.appendHexadecimal(self.nanoseconds)
        data.append(contentsOf: repeatElement(UInt8(ascii: "x"), count: max(size - Self.length, 0)))
        return data
    }
}

extension [UInt8] {
    /// All digits of a number, leading zeros included.
    fileprivate mutating func appendHexadecimal(_ number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: number.bitWidth - 4, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number >> shift) & 15
            self.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

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
