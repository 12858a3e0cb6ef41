#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

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

/// User name and password in a URL, and the URL without them.
///
/// Found in the text and not by a parser, so that they are also taken out of what is not a URL and is named in an error.
///
/// - SeeAlso: [RFC 3986, 3.2.1](https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1)
struct UserInfo {
    /// The URL without user name and password.
    let remainder: String

    private let user: String
    private let password: String

    /// Makes a value of what stands between `//` and `@`; `nil` if there is none.
    init?(in url: String) {
        guard let slashes = url.firstRange(of: "//") else { return nil }
        let rest = url[slashes.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" && $0 != "\\" }
        guard let at = authority.lastIndex(of: "@") else { return nil }
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        self.user = Self.decoded(parts[0])
        self.password = parts.count > 1 ? Self.decoded(parts[1]) : ""
        self.remainder = String(url[..<slashes.upperBound] + url[url.index(after: at)...])
    }

    /// The credentials as a value of `Authorization`; `nil` if there are none, or none that can be sent.
    ///
    /// - SeeAlso: [RFC 7617, 2](https://www.rfc-editor.org/rfc/rfc7617#section-2)
    var authorization: String? {
        guard !(self.user.isEmpty && self.password.isEmpty), !self.user.contains(":") else { return nil }
        return "Basic " + Data("\(self.user):\(self.password)".utf8).base64EncodedString()
    }

    /// The text without percent signs, in which they stand for bytes.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let pair = String(rest.prefix(2)), pair.utf8.count == 2,
                let decoded = UInt8(pair, radix: 16), pair.first != "+"
            {
                bytes.append(decoded)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Scheme, host and port of a URL.
///
/// - SeeAlso: [HTML Standard, 7.1.1](https://html.spec.whatwg.org/multipage/browsers.html#origin)
struct Origin: Hashable {
    let scheme: String
    let host: String
    let port: Int

    init?(_ url: String) {
        guard let url = URL(string: url), let scheme = url.scheme?.lowercased(), let host = url.host() else {
            return nil
        }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = url.port ?? (scheme == "https" ? 443 : 80)
    }
}
