import Logging
import NIOCore
import NIOHTTP1
import SSEHTTPServer
import SSEServer
import SSETestSupport
import Testing

@testable import SSEHub

/// A line for each request.
struct AccessLogTests {
    @available(SwiftSSE 1.0, *)
    private static func line(_ record: AccessRecord) throws -> String {
        let lines = Log<String>()
        let logger = Logger(label: "access") { label in
            LineLogHandler(
                label: label,
                format: .text,
                now: { LogTime(secondsSince1970: 0, milliseconds: 0) },
                write: { lines.append($0) }
            )
        }
        AccessLog(logger)(record)
        return try #require(lines.entries.first)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A request and a stream are told with all that is known of them`() throws {
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/.well-known/mercure")
        var record = AccessRecord(
            clientAddress: "2001:db8::1",
            head: head,
            status: .unauthorized,
            bytes: 27,
            duration: .microseconds(12_345)
        )
        #expect(
            try Self.line(record) == "1970-01-01T00:00:00.000Z INFO     Request bytes=27 client=2001:db8::1 http=1.1 "
                + "method=POST path=/.well-known/mercure seconds=0.012 status=401\n"
        )
        record.head = HTTPRequestHead(version: .http1_0, method: .GET, uri: "/x?topic=a&authorization=abc")
        record.clientAddress = nil
        record.streamEnd = .writeTimeout
        #expect(
            try Self.line(record) == "1970-01-01T00:00:00.000Z INFO     Stream bytes=27 client=- end=write_timeout "
                + "http=1.0 method=GET path=\"/x?topic=a&authorization=***\" seconds=0.012 status=401\n"
        )
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("/m", "/m"),
        ("/m?topic=a", "/m?topic=a"),
        ("/m?authorization=secret", "/m?authorization=***"),
        ("/m?a=1&authorization=se=cret&b=2", "/m?a=1&authorization=***&b=2"),
        ("/m?AUTHORIZATION=secret", "/m?AUTHORIZATION=***"),
        ("/m?%61uthorization=secret", "/m?%61uthorization=***"),
        ("/m?authorization=\u{308}secret", "/m?authorization=***"),
        ("/m?a=b&\u{308}&authorization=secret", "/m?a=b&\u{308}&authorization=***"),
        ("/m?access_token=secret", "/m?access_token=***"),
        ("/m?authorization=secret&authorization=secret", "/m?authorization=***&authorization=***"),
        ("/m?authorization", "/m?authorization"),
        ("http://u/m?authorization=secret?", "http://u/m?authorization=***"),
        ("-", "-"),
    ])
    func `Tokens in a query are masked, however they are written`(target: String, masked: String) {
        #expect(AccessLog.masked(target) == masked)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("http://ada:secret@hub.example/m?topic=a@b", "http://***@hub.example/m?topic=a@b"),
        ("http://secret@hub.example", "http://***@hub.example"),
        ("http://a:b@c:secret@hub.example?authorization=x", "http://***@hub.example?authorization=***"),
        ("ada:secret@hub.example:443", "***@hub.example:443"),
        ("http://hub.example/@x", "http://hub.example/@x"), ("http://hub.example?@x", "http://hub.example?@x"),
        ("hub.example:443", "hub.example:443"), ("/m@x", "/m@x"), ("/http://a:b@c", "/http://a:b@c"), ("*", "*"),
        ("", ""),
    ])
    func `A password before a host is masked`(target: String, masked: String) {
        #expect(AccessLog.masked(target) == masked)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A password so long that its host is cut off is masked`() {
        let target = "http://ada:\(String(repeating: "s", count: 3000))@hub.example/"
        #expect(AccessLog.masked(target) == "http://***")
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A long target is cut`() {
        let target = "/m?topic=" + String(repeating: "a", count: 10_000) + "&authorization=secret"
        #expect(AccessLog.masked(target).utf8.count == 2048)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A client cannot write lines of its own into the log`() throws {
        let head = HTTPRequestHead(version: .http1_1, method: .RAW(value: "G\nET"), uri: "/\r\n1970 INFO Stopped")
        let line = try Self.line(
            AccessRecord(clientAddress: nil, head: head, status: .ok, bytes: 0, duration: .zero)
        )
        #expect(line.unicodeScalars.count { $0 == "\n" || $0 == "\r" } == 1)
    }
}
