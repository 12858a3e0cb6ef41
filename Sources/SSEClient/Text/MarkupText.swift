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

extension StringProtocol {
    /// The text as a person can read it in a message, whatever a server has put into it: in one line, with control
    /// characters made visible, and no longer than so many characters.
    func inOneLine(limit: Int = 200) -> String {
        var line = ""
        var count = 0
        var isSpacePending = false
        for scalar in self.unicodeScalars {
            guard !scalar.properties.isWhitespace else {
                isSpacePending = count > 0
                continue
            }
            guard count < limit else { return line + "\u{2026}" }
            if isSpacePending {
                line += " "
                count += 1
                isSpacePending = false
            }
            if scalar.isVisible {
                line.unicodeScalars.append(scalar)
                count += 1
            } else {
                let escaped = "\\u{\(String(scalar.value, radix: 16))}"
                line += escaped
                count += escaped.utf8.count
            }
        }
        return line
    }
}

extension Unicode.Scalar {
    /// Neither a control character nor one that turns the direction of text, or hides in it.
    fileprivate var isVisible: Bool {
        switch self.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: false
        default: true
        }
    }
}
