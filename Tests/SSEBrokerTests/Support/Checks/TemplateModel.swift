/// Whether a text fits a URI template, by trying all ways to share it out among the variables: short, and far too slow
/// for long texts.
enum TemplateModel {
    /// - Parameter template: A template that is valid.
    static func fits(_ template: String, _ text: String) -> Bool {
        self.fits(Array(template.utf8)[...], Array(text.utf8)[...])
    }

    private static func fits(_ template: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let byte = template.first else { return text.isEmpty }
        guard byte == UInt8(ascii: "{"), let end = template.firstIndex(of: UInt8(ascii: "}")) else {
            return text.first == byte && self.fits(template.dropFirst(), text.dropFirst())
        }
        let expression = template[(template.startIndex + 1)..<end]
        let isReservedAllowed = expression.first == UInt8(ascii: "+")
        let count = expression.count { $0 == UInt8(ascii: ",") } + 1
        return self.values(count, isReservedAllowed, text) { self.fits(template[(end + 1)...], $0) }
    }

    /// Tries up to so many values with commas between them, each of any length.
    private static func values(
        _ count: Int,
        _ isReservedAllowed: Bool,
        _ text: ArraySlice<UInt8>,
        then rest: (ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        var text = text
        while true {
            if rest(text) { return true }
            if count > 1, text.first == UInt8(ascii: ","),
                self.values(count - 1, isReservedAllowed, text.dropFirst(), then: rest)
            {
                return true
            }
            guard let byte = text.popFirst() else { return false }
            let character = Character(Unicode.Scalar(byte))
            if character == "%" {
                guard let first = text.popFirst(), let second = text.popFirst(),
                    Character(Unicode.Scalar(first)).isHexDigit, Character(Unicode.Scalar(second)).isHexDigit
                else { return false }
            } else if !self.unreserved.contains(character), !(isReservedAllowed && self.reserved.contains(character)) {
                return false
            }
        }
    }

    private static let unreserved: Set<Character> = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~"
    )
    private static let reserved: Set<Character> = Set(":/?#[]@!$&'()*+,;=")
}
