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
