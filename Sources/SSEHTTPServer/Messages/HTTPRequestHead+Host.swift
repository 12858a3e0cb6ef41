internal import NIOHTTP1

@available(SwiftSSE 1.0, *)
extension HTTPRequestHead {
    /// What is wrong with the field `Host`, `nil` if nothing is: a request of HTTP/1.1 has exactly one, and what it says is
    /// the authority of a URL, or nothing. Whoever stands before this server may otherwise take it for another's request.
    ///
    /// See [RFC 9112, 3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2). A stream of HTTP/2 has its authority there.
    var hostFault: String? {
        let hosts = self.headers["Host"]
        guard hosts.count < 2 else { return "There is more than one Host." }
        guard let host = hosts.first else { return self.version == .http1_1 ? "There is no Host." : nil }
        return Self.isAuthority(host.utf8) ? nil : "The Host is not one."
    }

    /// Whether a text is a host and perhaps a port ([RFC 3986, 3.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2)).
    private static func isAuthority(_ text: String.UTF8View) -> Bool {
        let rest: Substring.UTF8View
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let address = text[..<end].dropFirst()
            guard !address.isEmpty, address.allSatisfy({ $0.isInAddress }) else { return false }
            rest = text[end...].dropFirst()
        } else {
            let end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            guard text[..<end].allSatisfy({ $0.isInName }) else { return false }
            rest = text[end...]
        }
        guard let colon = rest.first else { return true }
        return colon == UInt8(ascii: ":") && rest.dropFirst().allSatisfy { $0.isDigit }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    private var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    /// Unreserved, a sub-delimiter, or of an escape, whose digits are not looked at.
    fileprivate var isInName: Bool { self.isLetter || self.isDigit || "-._~!$&'()*+,;=%".utf8.contains(self) }

    /// Of an address of IPv6, its zone, or of an address of a later kind.
    fileprivate var isInAddress: Bool { self.isInName || self == UInt8(ascii: ":") }
}
