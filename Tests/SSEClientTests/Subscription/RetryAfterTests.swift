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

    @Test("Seconds, on 429 and 503 only")
    @available(SwiftSSE 1.0, *)
    func seconds() {
        #expect(Self.delay(429, "120") == .seconds(120))
        #expect(Self.delay(503, "0") == .zero)
        #expect(Self.delay(500, "120") == nil)
        #expect(Self.delay(200, "120") == nil)
    }

    @Test("A date, against the server's own time if it names one, else against ours")
    @available(SwiftSSE 1.0, *)
    func date() {
        // 1994-11-06T08:49:37Z, the date of RFC 9110.
        #expect(Self.delay(503, "Sun, 06 Nov 1994 08:50:07 GMT") == .seconds(30))
        #expect(
            Self.delay(503, "Sun, 06 Nov 1994 08:50:07 GMT", date: "Sun, 06 Nov 1994 08:50:02 GMT", now: 0)
                == .seconds(5)
        )
        #expect(Self.delay(503, "Sun, 06 Nov 1994 08:00:00 GMT") == .zero)
    }

    @Test(
        "What is neither counts for nothing",
        arguments: [
            "", "soon", "-1", "1.5", "+3", "99999999999", "Sun, 06 Nov 1994 08:50:07 CET",
            "Sun, 06 Foo 1994 08:50:07 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 99 Nov 1994 08:50:07 GMT", ", , , , , GMT",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func invalid(value: String) {
        #expect(Self.delay(503, value) == nil)
    }
}
