import Foundation

/// Numbers as people read them.
enum Count {
    /// `12,345`
    static func text(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// `1 event`, `12,345 events`
    static func text(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(Self.text(number)) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// `0.25 s`, `75 s`
    static func seconds(_ time: Duration) -> String {
        let seconds = time / .seconds(1)
        return String(format: seconds < 10 ? "%.2f s" : "%.0f s", seconds)
    }
}
