internal import Logging
internal import SSEBroker

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Text within a line of a log.
///
/// What clients send gets into logs, and must neither begin a line of its own nor move a terminal's cursor: controls,
/// line separators and marks that change the direction of writing are written as escapes.
@available(SwiftSSE 1.0, *)
enum LogText {
    /// The most characters of a value, so that a client cannot fill a disk with a few requests.
    static let maximumLength = 4096

    /// A value as it stands behind `name=`: as it is if that can be read back, else in quotation marks.
    static func quoted(_ value: String) -> String {
        let isPlain = value.unicodeScalars.allSatisfy { scalar in
            !Self.isUnsafe(scalar) && scalar != " " && scalar != "\"" && scalar != "\\" && scalar != "="
        }
        return isPlain && !value.isEmpty ? self.shortened(value) : "\"\(self.escaped(value))\""
    }

    /// A message: as it is, but for what does not belong in a line.
    static func message(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: self.isUnsafe) else { return self.shortened(text) }
        return self.escaped(text, escapesQuotes: false)
    }

    /// A text between the quotation marks of a string of JSON (RFC 8259, section 7).
    static func escaped(_ text: String, escapesQuotes: Bool = true) -> String {
        var result = ""
        for scalar in self.shortened(text).unicodeScalars {
            switch scalar {
            case "\"" where escapesQuotes: result += "\\\""
            case "\\" where escapesQuotes: result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where self.isUnsafe(scalar):
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > self.maximumLength, text.unicodeScalars.count > self.maximumLength else { return text }
        var result = ""
        result.unicodeScalars.append(contentsOf: text.unicodeScalars.prefix(self.maximumLength))
        return result + "…"
    }

    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: false
        }
    }
}

/// A time as logs have it: `2026-11-25T23:34:25.123Z` (RFC 3339), always in UTC.
@available(SwiftSSE 1.0, *)
package struct LogTime: Sendable, Hashable, CustomStringConvertible {
    package var secondsSince1970: Int
    package var milliseconds: Int

    package init(secondsSince1970: Int, milliseconds: Int) {
        self.secondsSince1970 = secondsSince1970
        self.milliseconds = milliseconds
    }

    /// - Parameter time: The time since 1970 (UTC).
    package init(_ time: Duration) {
        let (seconds, attoseconds) = time.components
        self.init(secondsSince1970: Int(seconds), milliseconds: Int(attoseconds / 1_000_000_000_000_000))
    }

    package static var now: LogTime { LogTime(SystemTime.now) }

    package var description: String {
        var seconds = time_t(self.secondsSince1970)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "\(self.secondsSince1970)" }
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map { Self.digits($0, 2) }
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.digits(Int($0), 2) }
        return date.joined(separator: "-") + "T" + time.joined(separator: ":")
            + "." + Self.digits(self.milliseconds, 3) + "Z"
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}

/// What lines of a log look like.
@available(SwiftSSE 1.0, *)
package enum LogFormat: String, Sendable, CaseIterable {
    /// For people: time, level, message and `name=value`.
    case text
    /// For programs: an object of JSON on each line.
    case json
}
