internal import NIOHTTP1

/// What a proxy says about the one that it got a request from.
@available(SwiftSSE 1.0, *)
struct ForwardedHop: Equatable {
    /// The address, `nil` if the proxy does not tell it.
    var address: IPAddress?
    /// Whether the request came to the proxy over TLS, `nil` if it does not tell.
    var isSecure: Bool?

    /// All that the proxies say, in the order in which a request went through them.
    static func all(in headers: HTTPHeaders) -> [ForwardedHop] {
        let addresses = headers[canonicalForm: "X-Forwarded-For"]
        if !addresses.isEmpty { return addresses.map { ForwardedHop(address: IPAddress(node: $0)) } }
        return headers["Forwarded"].flatMap { self.parse($0) }
    }

    /// Reads a value of `Forwarded`. See [RFC 7239](https://www.rfc-editor.org/rfc/rfc7239#section-4).
    static func parse(_ value: String) -> [ForwardedHop] {
        self.split(Substring(value), at: ",").map { element in
            var hop = ForwardedHop()
            for pair in self.split(element, at: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                switch self.trim(parts[0]).lowercased() {
                case "for": hop.address = IPAddress(node: self.unquote(self.trim(parts[1])))
                case "proto": hop.isSecure = self.unquote(self.trim(parts[1])).lowercased() == "https"
                default: break
                }
            }
            return hop
        }
    }

    /// Splits text where a character stands outside of quotes.
    private static func split(_ text: Substring, at separator: Unicode.Scalar) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted && scalar == "\\" {
                isEscaped = true
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == separator, !isQuoted {
                parts.append(text[start..<index])
                start = text.unicodeScalars.index(after: index)
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }

    private static func unquote(_ text: Substring) -> Substring {
        text.count >= 2 && text.first == "\"" && text.last == "\"" ? text.dropFirst().dropLast() : text
    }
}
