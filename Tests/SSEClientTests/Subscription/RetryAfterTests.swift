internal import Foundation
internal import HTTPTypes
internal import Testing

@testable internal import SSEClient

/// How long a server asks its clients to stay away.
@Suite
struct RetryAfterTests {
    @available(SwiftSSE 1.0, *)
    private static func delay(_ status: Int, _ value: String, date: String? = nil, now: Double = 784_111_777)
        -> Duration?
    {
        var headers: HTTPFields = [.retryAfter: value]
        headers[.date] = date
        let response = EventStreamResponse(url: "http://x/", status: .init(code: status), headers: headers)
        return RetryAfter.delay(after: response, now: Date(timeIntervalSince1970: now))
    }

    @Test(arguments: [301, 404, 408, 425, 429, 431, 500, 502, 503, 504])
    @available(SwiftSSE 1.0, *)
    func `Seconds, on every status`(status: Int) {
        #expect(Self.delay(status, "120") == .seconds(120))
        #expect(Self.delay(status, "0") == .zero)
    }

    @Test(
        arguments: [
            "Sun, 06 Nov 1994 08:50:07 GMT", "Sunday, 06-Nov-94 08:50:07 GMT", "Sun Nov  6 08:50:07 1994",
            "Sun Nov 06 08:50:07 1994",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A date in each of the three forms of HTTP`(text: String) {
        #expect(Self.delay(503, text) == .seconds(30))
        #expect(Self.delay(500, text, date: "Sunday, 06-Nov-94 08:50:02 GMT", now: 0) == .seconds(5))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A year of two digits is of this century, unless that is more than 50 years ahead`() {
        let now = 1_798_761_600.0  // 2027-01-01
        #expect(Self.delay(503, "Friday, 01-Jan-27 00:01:00 GMT", now: now) == .seconds(60))
        #expect(Self.delay(503, "Saturday, 01-Jan-78 00:00:00 GMT", now: now) == .zero)
        #expect((Self.delay(503, "Tuesday, 01-Jan-75 00:00:00 GMT", now: now) ?? .zero) > .seconds(40 * 365 * 86_400))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A date, against the server's own time if it names one, else against ours`() {
        // 1994-11-06T08:49:37Z, the date of RFC 9110.
        #expect(Self.delay(503, "Sun, 06 Nov 1994 08:50:07 GMT") == .seconds(30))
        #expect(
            Self.delay(503, "Sun, 06 Nov 1994 08:50:07 GMT", date: "Sun, 06 Nov 1994 08:50:02 GMT", now: 0)
                == .seconds(5)
        )
        #expect(Self.delay(503, "Sun, 06 Nov 1994 08:00:00 GMT") == .zero)
    }

    @Test(
        arguments: [
            "", "soon", "-1", "1.5", "+3", "99999999999", "Sun, 06 Nov 1994 08:50:07 CET",
            "Sun, 06 Foo 1994 08:50:07 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT", "Sunday, 06-Foo-94 08:49:37 GMT", "Sunday, 06-Nov 08:49:37 GMT",
            "Sun Foo  6 08:49:37 1994", "Sun Nov 1994", "Sun Nov  6 08:49:37 94x4", "Sun, 99 Nov 1994 08:50:07 GMT",
            ", , , , , GMT",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `What is neither counts for nothing`(value: String) {
        #expect(Self.delay(503, value) == nil)
    }
}
