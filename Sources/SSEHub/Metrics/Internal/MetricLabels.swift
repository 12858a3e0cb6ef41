/// A series' labels as the text format has them: sorted by their names, without the braces.
struct MetricLabels: Sendable {
    let text: String

    /// - Parameter dimensions: Names and values. Of several with the same name the first counts.
    init(_ dimensions: [(String, String)]) {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            var name = MetricName.sanitized(name, allowsColon: false)
            // A histogram's own.
            if name == "le" { name = "exported_le" }
            if values[name] == nil { values[name] = value }
        }
        self.text = values.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
            .joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        // By scalars, since a carriage return and a line feed are one character.
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
