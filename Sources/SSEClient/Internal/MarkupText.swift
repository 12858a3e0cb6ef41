/// Finds what a page of markup says.
enum MarkupText {
    /// The text of markup without its tags, scripts and styles; `nil` if this is no markup.
    static func text(of markup: String) -> String? {
        guard markup.unicodeScalars.first(where: { !$0.properties.isWhitespace }) == "<" else { return nil }
        var text = ""
        var rest = markup[...]
        while let start = rest.firstIndex(of: "<") {
            text += rest[..<start]
            // Words of two elements are two words.
            text += " "
            rest = rest[start...]
            let name = rest.dropFirst().prefix { $0.isLetter }.lowercased()
            if ["script", "style", "head"].contains(name), let end = Self.end(of: name, in: rest) {
                // The head has no text for people but the title.
                if name == "head" { text += Self.title(in: rest[..<end]) + " " }
                rest = rest[end...]
            }
            guard let end = rest.firstIndex(of: ">") else { return text }
            rest = rest[rest.index(after: end)...]
        }
        return text + rest
    }

    /// Where the end tag of an element begins.
    private static func end(of name: String, in markup: Substring) -> Substring.Index? {
        var rest = markup.dropFirst()
        while let start = rest.firstIndex(of: "<") {
            if rest[start...].dropFirst().prefix(name.count + 1).lowercased() == "/\(name)" { return start }
            rest = rest[start...].dropFirst()
        }
        return nil
    }

    private static func title(in head: Substring) -> Substring {
        var rest = head.dropFirst()
        while let start = rest.firstIndex(of: "<") {
            rest = rest[start...]
            if rest.dropFirst().prefix(5).lowercased() == "title", let tagEnd = rest.firstIndex(of: ">") {
                return rest[rest.index(after: tagEnd)...].prefix { $0 != "<" }
            }
            rest = rest.dropFirst()
        }
        return ""
    }
}
