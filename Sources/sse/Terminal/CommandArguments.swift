import ArgumentParser
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

/// A time on the command line: `250ms`, `30s`, `5m`, `1h`; a bare number is seconds.
struct DurationArgument: ExpressibleByArgument {
    let duration: Duration

    init(_ duration: Duration) {
        self.duration = duration
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number.isFinite, number >= 0, number <= 1e9 else { return nil }
        switch argument.dropFirst(digits.count) {
        case "ms": self.duration = .milliseconds(number)
        case "", "s": self.duration = .seconds(number)
        case "m": self.duration = .seconds(number * 60)
        case "h": self.duration = .seconds(number * 3600)
        default: return nil
        }
    }

    var defaultValueDescription: String { Self.text(self.duration) }

    /// A time as it is written on the command line.
    static func text(_ duration: Duration) -> String {
        let milliseconds = Int((duration / .milliseconds(1)).rounded())
        for (size, unit) in [(3_600_000, "h"), (60_000, "m"), (1000, "s")] {
            if milliseconds >= size, milliseconds.isMultiple(of: size) { return "\(milliseconds / size)\(unit)" }
        }
        return milliseconds == 0 ? "0" : "\(milliseconds)ms"
    }
}

/// What the environment says.
enum Environment {
    static func value(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
