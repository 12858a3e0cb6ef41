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
