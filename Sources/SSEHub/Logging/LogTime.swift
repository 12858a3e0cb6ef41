#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A time as logs have it: `2026-11-25T23:34:25.123Z` (RFC 3339), always in UTC.
@available(SwiftSSE 1.0, *)
package struct LogTime: Sendable, Hashable, CustomStringConvertible {
    package var secondsSince1970: Int
    package var milliseconds: Int

    package init(secondsSince1970: Int, milliseconds: Int) {
        self.secondsSince1970 = secondsSince1970
        self.milliseconds = milliseconds
    }

    package static var now: LogTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return LogTime(secondsSince1970: Int(time.tv_sec), milliseconds: Int(time.tv_nsec) / 1_000_000)
    }

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
