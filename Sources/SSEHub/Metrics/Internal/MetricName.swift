/// A metric's name, with none but the characters that it can have: ASCII letters, digits, `_` and `:`, no digit first.
struct MetricName: Sendable {
    /// How long an event loop was busy with its subscribers, which has buckets of its own.
    static let turn = "sse_stream_turn_seconds"

    let text: String

    /// - Parameters:
    ///   - label: What the program calls the metric.
    ///   - suffix: What the name has to end in.
    init(_ label: String, suffix: String = "") {
        let name = Self.sanitized(label, allowsColon: true)
        self.text = name.hasSuffix(suffix) ? name : name + suffix
    }

    static func sanitized(_ name: String, allowsColon: Bool) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_":
                text.unicodeScalars.append(scalar)
            case "0"..."9":
                if text.isEmpty { text = "_" }
                text.unicodeScalars.append(scalar)
            case ":" where allowsColon:
                text.unicodeScalars.append(scalar)
            default:
                text.unicodeScalars.append("_")
            }
        }
        return text.isEmpty ? "_" : text
    }
}
