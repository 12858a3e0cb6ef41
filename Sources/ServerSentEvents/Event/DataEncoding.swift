/// How an event's data travels in the stream. Both ends must agree on it.
@available(SwiftSSE 1.0, *)
public struct DataEncoding: Sendable, Hashable {
    enum Kind {
        case text
        case base64
    }

    let kind: Kind

    /// As UTF-8 text: what every event stream does unless its two ends agreed otherwise.
    public static var text: DataEncoding { DataEncoding(kind: .text) }

    /// As Base64 (RFC 4648, section 4, with padding), so that any bytes can travel.
    public static var base64: DataEncoding { DataEncoding(kind: .base64) }
}

/// Base64 of RFC 4648, section 4. Written here because the codec has no dependency and the standard library has none.
enum Base64 {
    private static let padding = UInt8(ascii: "=")
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each byte as a digit; `notADigit` for the others.
    private static let digits: [UInt8] = {
        var digits = [UInt8](repeating: Self.notADigit, count: 256)
        for (value, byte) in Self.alphabet.enumerated() { digits[Int(byte)] = UInt8(value) }
        return digits
    }()
    private static let notADigit: UInt8 = 0xFF

    /// How many bytes `count` bytes become.
    static func encodedByteCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// Writes the Base64 of `bytes` to `output`, which has room for it.
    static func encode(_ bytes: UnsafeBufferPointer<UInt8>, to output: UnsafeMutablePointer<UInt8>) {
        Self.alphabet.withUnsafeBufferPointer { alphabet in
            var output = output
            var index = 0
            while index < bytes.count {
                let left = bytes.count - index
                let first = bytes[index]
                let second = left > 1 ? bytes[index + 1] : 0
                let third = left > 2 ? bytes[index + 2] : 0
                output[0] = alphabet[Int(first >> 2)]
                output[1] = alphabet[Int((first & 0x03) << 4 | second >> 4)]
                output[2] = left > 1 ? alphabet[Int((second & 0x0F) << 2 | third >> 6)] : Self.padding
                output[3] = left > 2 ? alphabet[Int(third & 0x3F)] : Self.padding
                output += 4
                index += 3
            }
        }
    }

    /// Decodes Base64; line feeds in it, left over from joined `data` lines, are skipped.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) throws(ServerSentEventsError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count / 4 * 3)
        var bits: UInt32 = 0
        var digitCount = 0
        var paddingCount = 0
        for byte in text where byte != .lineFeed {
            if byte == Self.padding {
                paddingCount += 1
                continue
            }
            let digit = Self.digits[Int(byte)]
            guard digit != Self.notADigit, paddingCount == 0 else { throw Self.error }
            bits = bits << 6 | UInt32(digit)
            digitCount += 1
            if digitCount == 4 {
                output.append(UInt8(truncatingIfNeeded: bits >> 16))
                output.append(UInt8(truncatingIfNeeded: bits >> 8))
                output.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
                digitCount = 0
            }
        }
        switch (digitCount, paddingCount) {
        case (0, 0):
            break
        case (2, 2):
            output.append(UInt8(truncatingIfNeeded: bits >> 4))
        case (3, 1):
            output.append(UInt8(truncatingIfNeeded: bits >> 10))
            output.append(UInt8(truncatingIfNeeded: bits >> 2))
        default:
            throw Self.error
        }
        return output
    }

    private static let error = ServerSentEventsError(
        code: .invalidBase64,
        message: "The event's data is not Base64; does the sender encode it?"
    )
}
