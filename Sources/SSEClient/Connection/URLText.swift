/// What has to be done to a URL that somebody has typed, or a server named.
extension String {
    /// The text with escapes for what no URL may have behind its host, and with the escapes that it has.
    ///
    /// Foundation escapes all of a text in which a single character has to be, also the percent signs of what has been
    /// escaped already, so that the server is asked for something else.
    ///
    /// - SeeAlso: [RFC 3986, 3.3 and 3.4](https://www.rfc-editor.org/rfc/rfc3986#section-3.3)
    var escapedForURL: String {
        let start = self.endOfAuthority
        let bytes = Array(self[start...].utf8)
        var escaped: [UInt8] = []
        var hasFragment = false
        for (index, byte) in bytes.enumerated() {
            let isKept =
                switch byte {
                case UInt8(ascii: "%"): bytes[(index + 1)...].prefix(2).filter(\.isHexDigit).count == 2
                case UInt8(ascii: "#"): !hasFragment
                default: byte.isAllowedInURL
                }
            if byte == UInt8(ascii: "#") { hasFragment = true }
            if isKept {
                escaped.append(byte)
            } else {
                let digits = Array("0123456789ABCDEF".utf8)
                escaped += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
            }
        }
        return self[..<start] + String(decoding: escaped, as: UTF8.self)
    }

    /// Where the path begins, or what else follows the host.
    private var endOfAuthority: Index {
        guard let slashes = self.firstRange(of: "//"),
            case let scheme = self[..<slashes.lowerBound],
            scheme.isEmpty || scheme.hasSuffix(":") && !scheme.contains(where: { "/?#".contains($0) })
        else { return self.startIndex }
        return self[slashes.upperBound...].firstIndex { "/?#\\".contains($0) } ?? self.endIndex
    }

    /// The text for a message, without what may be a user's name and password: all that stands before an `@`, since what
    /// is no URL has them anywhere.
    var withoutUserInfo: String {
        guard let at = self.lastIndex(of: "@") else { return self }
        let head = self[..<at]
        let scheme = head.firstRange(of: ":/").map { head[..<$0.upperBound] } ?? ""
        return scheme.hasSuffix(":/") ? scheme + "/…" + self[at...] : "…" + self[at...]
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "a")...UInt8(ascii: "f"):
            true
        default: false
        }
    }

    fileprivate var isAllowedInURL: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~!$&'()*+,;=:@/?".utf8.contains(self)
        }
    }
}
