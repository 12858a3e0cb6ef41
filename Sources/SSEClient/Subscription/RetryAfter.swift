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
    /// - Returns: How long to wait; `nil` if the status is not 429 or 503, or there is nothing valid.
    static func delay(after response: EventStreamResponse, now: Date) -> Duration? {
        guard [429, 503].contains(response.status.code) else { return nil }
        guard let text = response.headers[.retryAfter], !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return UInt32(text).map { .seconds(Int64($0)) }
        }
        guard let date = Self.date(text) else { return nil }
        let serverTime = response.headers[.date].flatMap(Self.date) ?? now
        return .seconds(max(0, date.timeIntervalSince(serverTime)))
    }

    /// Reads a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that senders may use.
    ///
    /// By way of ISO 8601, because Foundation cannot read it without its locales.
    ///
    /// - SeeAlso: [RFC 9110, 5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)
    static func date(_ text: String) -> Date? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT", parts[1].utf8.count == 2,
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let monthDigits = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return try? Date("\(parts[3])-\(monthDigits)-\(parts[1])T\(parts[4])Z", strategy: .iso8601)
    }
}
