#if NATS
internal import SSEBroker

/// Texts with the bytes escaped that a subject or a header has no place for: `%`, and the byte as two digits.
///
/// The same text is always written in the same way, and no other text is written so.
enum PercentText {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Writes a text as a header's value, without spaces: visible ASCII but for `%` stands for itself.
    static func header(_ text: some StringProtocol) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 { Self.append(byte, to: &bytes, isKept: (0x21...0x7E).contains(byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a byte.
    static func append(_ byte: UInt8, to bytes: inout [UInt8], isKept: Bool) {
        if isKept, byte != UInt8(ascii: "%") {
            bytes.append(byte)
        } else {
            bytes.append(UInt8(ascii: "%"))
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 15)])
        }
    }

    /// Reads a text, `nil` if an escape is cut short or the bytes are no UTF-8. What is not escaped stands for itself,
    /// whether or not this would have escaped it, since others may have written it.
    static func read(_ bytes: some Collection<UInt8>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(Self.value), let low = rest.next().flatMap(Self.value) else {
                return nil
            }
            result.append(high << 4 | low)
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
#endif
