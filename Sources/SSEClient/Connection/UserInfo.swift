#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

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
