/// URI templates as their definition reads: short, and slow.
package enum TemplateModel {
    private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)
    private static let reserved = Set(":/?#[]@!$&'()*+,;=".utf8)
    private static let hexDigits = Set("0123456789abcdefABCDEF".utf8)
    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.".utf8)

    /// Whether a text is a template that is supported.
    package static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "{"), omittingEmptySubsequences: false)
        guard let first = parts.first, !first.contains(UInt8(ascii: "}")) else { return false }
        var variableCount = 0
        for part in parts.dropFirst() {
            let pieces = part.split(separator: UInt8(ascii: "}"), omittingEmptySubsequences: false)
            guard pieces.count == 2 else { return false }
            let isPlain = pieces[0].first.map { !"+#./".utf8.contains($0) } ?? true
            let names = pieces[0].dropFirst(isPlain ? 0 : 1)
                .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.nameBytes.contains) }) else { return false }
            variableCount += names.count
        }
        return variableCount <= 16
    }

    /// Whether a text fits a valid template.
    package static func fits(_ template: String, _ text: String) -> Bool {
        let text = Array(text.utf8)
        // Where in the text the part of the template that has been looked at may end.
        var places: Set<Int> = [0]
        var rest = Array(template.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
                places = Self.ends(of: rest[..<end], in: text, from: places)
                rest = rest[(end + 1)...]
            } else {
                places = Self.places(after: byte, in: text, from: places)
            }
        }
        return places.contains(text.count)
    }

    private static func places(after byte: UInt8, in text: [UInt8], from places: Set<Int>) -> Set<Int> {
        Set(places.filter { $0 < text.count && text[$0] == byte }.map { $0 + 1 })
    }

    /// Where an expression may end: after one value, or after more with separators between them; or where it began, if
    /// there is something before the first value.
    private static func ends(of expression: ArraySlice<UInt8>, in text: [UInt8], from places: Set<Int>) -> Set<Int> {
        let operation = expression.first.flatMap { "+#./".utf8.contains($0) ? Character(UnicodeScalar($0)) : nil }
        let isReservedAllowed = operation == "+" || operation == "#"
        let allowed = isReservedAllowed ? Self.unreserved.union(Self.reserved) : Self.unreserved
        var ends: Set<Int> = []
        var starts = places
        if let lead = operation?.asciiValue, operation != "+" {
            ends = places
            starts = Self.places(after: lead, in: text, from: places)
        }
        let separator = operation == "." || operation == "/" ? operation?.asciiValue : UInt8(ascii: ",")
        for _ in 0...expression.count(where: { $0 == UInt8(ascii: ",") }) {
            let reached = Self.ends(ofValueOf: allowed, in: text, from: starts)
            ends.formUnion(reached)
            starts = Self.places(after: separator ?? 0, in: text, from: reached)
        }
        return ends
    }

    private static func ends(ofValueOf allowed: Set<UInt8>, in text: [UInt8], from places: Set<Int>) -> Set<Int> {
        var ends: Set<Int> = []
        var open = Array(places)
        while let place = open.popLast() {
            guard ends.insert(place).inserted, place < text.count else { continue }
            if allowed.contains(text[place]) {
                open.append(place + 1)
            } else if text[place] == UInt8(ascii: "%"), place + 2 < text.count,
                text[(place + 1)...(place + 2)].allSatisfy(Self.hexDigits.contains)
            {
                open.append(place + 3)
            }
        }
        return ends
    }
}
