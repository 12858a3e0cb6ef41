internal import HTTPTypes

/// Reads media types as browsers do.
enum MediaType {
    /// The essence of the last valid type in a list of field values, in lower case.
    ///
    /// - SeeAlso: [Fetch Standard, extract a MIME type](https://fetch.spec.whatwg.org/#concept-header-extract-mime-type)
    static func essence(of fieldValues: [String]) -> String? {
        fieldValues.flatMap(Self.listMembers).compactMap(Self.essence).last { $0 != "*/*" }
    }

    /// Splits at commas that stand outside quoted strings.
    private static func listMembers(_ fieldValue: String) -> [Substring.UTF8View] {
        var isQuoted = false
        var isEscaped = false
        return fieldValue.utf8.split(omittingEmptySubsequences: true) { byte in
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            return !isQuoted && byte == UInt8(ascii: ",")
        }
        .map { Substring($0).utf8 }
    }

    /// `type/subtype` of one type; `nil` if it is not one.
    private static func essence(_ type: Substring.UTF8View) -> String? {
        let parts = type.prefix { $0 != UInt8(ascii: ";") }
            .split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let main = Substring(parts[0]).drop { $0 == " " || $0 == "\t" }
        let sub = Substring(parts[1]).reversed().drop { $0 == " " || $0 == "\t" }.reversed()
        let name = "\(main)/\(String(sub))".lowercased()
        return HTTPField.isToken(String(main)) && HTTPField.isToken(String(sub)) ? name : nil
    }
}

extension HTTPField {
    /// Whether a text is a token (RFC 9110, section 5.6.2), which is what field names are as well.
    fileprivate static func isToken(_ text: String) -> Bool {
        HTTPField.Name(text) != nil && !text.hasPrefix(":")
    }
}
