#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif
internal import SSEBroker

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
