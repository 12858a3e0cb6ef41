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
