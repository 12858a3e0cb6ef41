import ArgumentParser

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
