internal import Foundation

/// Tells of tokens whose JSON must not be read. It is read before the signature is known to be right, so anybody can send
/// what reading does not stand:
///
/// - JSON that is nested deeper than any that means something takes a time that grows much faster than its length;
/// - a number in the header that is too large for an integer ends the process in JWTKit's `JWTHeaderField`;
/// - JSON in UTF-16 would hide both from whoever looks for them here, and tokens have UTF-8 (RFC 7519, section 7.1).
enum TokenShape {
    private static let maximumDepth = 32
    /// As many digits as any integer of 64 bits can have.
    private static let maximumDigits = 18

    /// Whether the header or the claims of a token must not be read.
    static func isUnreadable(_ token: String) -> Bool {
        // By bytes, as what reads it does: a period with a combining mark behind it is another character.
        let parts = token.utf8.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
        return parts.prefix(2).enumerated().contains { index, part in
            guard let json = Self.decode(part) else { return false }
            return Self.isUnreadable(json, isHeader: index == 0)
        }
    }

    private static func decode(_ part: Substring.UTF8View) -> Data? {
        var text = Data(part)
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "-"): text[index] = UInt8(ascii: "+")
            case UInt8(ascii: "_"): text[index] = UInt8(ascii: "/")
            default: break
            }
        }
        text += Data(repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text)
    }

    private static func isUnreadable(_ json: Data, isHeader: Bool) -> Bool {
        var depth = 0
        var digits = 0
        var isInText = false
        var isEscaped = false
        for byte in json {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            let isExponent = digits > 0 && (byte | 0x20) == UInt8(ascii: "e")
            if !isDigit || isInText { digits = 0 }
            switch byte {
            // In UTF-8 there is none, in UTF-16 one in each bracket and digit.
            case 0: return true
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isInText: isEscaped = true
            case UInt8(ascii: "\""): isInText.toggle()
            case _ where isInText: break
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > Self.maximumDepth { return true }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case _ where isHeader && isExponent: return true
            case _ where isHeader && isDigit:
                digits += 1
                if digits > Self.maximumDigits { return true }
            default: break
            }
        }
        return false
    }
}
