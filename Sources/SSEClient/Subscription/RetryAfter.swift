internal import HTTPTypes

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Reads how long a server asks its clients to stay away.
///
/// - SeeAlso: [RFC 9110, 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)
@available(SwiftSSE 1.0, *)
enum RetryAfter {
    /// - Parameters:
    ///   - response: A response.
    ///   - now: The time, for a server that names a date and not its own time.
    /// - Returns: How long to wait; `nil` if the response does not say.
    static func delay(after response: EventStreamResponse, now: Date) -> Duration? {
        guard let text = response.headers[.retryAfter], !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return UInt32(text).map { .seconds(Int64($0)) }
        }
        let serverTime = response.headers[.date].flatMap { Self.date($0, now: now) } ?? now
        guard let date = Self.date(text, now: serverTime) else { return nil }
        return .seconds(max(0, date.timeIntervalSince(serverTime)))
    }

    /// Reads a date in one of the three forms that HTTP has had: `Sun, 06 Nov 1994 08:49:37 GMT`,
    /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    ///
    /// By way of ISO 8601, because Foundation cannot read them without its locales.
    ///
    /// - Parameters:
    ///   - text: The date.
    ///   - now: The time, for a year of two digits.
    ///
    /// - SeeAlso: [RFC 9110, 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)
    static func date(_ text: String, now: Date) -> Date? {
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        switch words.count {
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
            return Self.date(year: words[3], month: words[2], day: words[1], time: words[4])
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let parts = words[1].split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].utf8.count == 2 else { return nil }
            // A date that seems to be more than 50 years ahead is one of the last century's.
            return ["20", "19"].lazy
                .compactMap { Self.date(year: $0 + parts[2], month: parts[1], day: parts[0], time: words[2]) }
                .first { $0.timeIntervalSince(now) <= 50 * 365.25 * 86_400 }
        case 5:
            return Self.date(year: words[4], month: words[1], day: words[2], time: words[3])
        default: return nil
        }
    }

    private static func date(
        year: some StringProtocol,
        month: Substring,
        day: Substring,
        time: Substring
    ) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let month = months.firstIndex(of: String(month)), (1...2).contains(day.utf8.count) else { return nil }
        func twoDigits(_ text: String) -> String { text.utf8.count == 1 ? "0" + text : text }
        return try? Date(
            "\(year)-\(twoDigits("\(month + 1)"))-\(twoDigits(String(day)))T\(time)Z",
            strategy: .iso8601
        )
    }
}
