internal import Foundation

/// Tells of tokens whose JSON is nested deeper than any that means something. Reading it would take a time that grows much
/// faster than its length, and it is read before the signature is known to be right.
enum TokenDepth {
    private static let maximum = 32

    /// Whether the header or the claims of a token are nested too deep.
    static func isExceeded(by token: String) -> Bool {
        let parts = token.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.prefix(2).contains { Self.isPartExceeding($0) }
    }

    private static func isPartExceeding(_ part: Substring) -> Bool {
        var text = String(part).replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: text) else { return false }
        return Self.isExceeded(by: bytes)
    }

    private static func isExceeded(by json: Data) -> Bool {
        var depth = 0
        var isInText = false
        var isEscaped = false
        for byte in json {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isInText: isEscaped = true
            case UInt8(ascii: "\""): isInText.toggle()
            case _ where isInText: break
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > self.maximum { return true }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return false
    }
}
