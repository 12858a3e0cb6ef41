internal import HTTPTypes
internal import Testing

@testable internal import SSEClient

/// What a person reads of a body that came in place of a stream.
@Suite
struct RefusalTextTests {
    @available(SwiftSSE 1.0, *)
    private static func text(_ body: [UInt8], coding: String? = nil) -> String? {
        var response = EventStreamResponse(url: "http://x/", status: .forbidden, headers: [:])
        response.headers[.contentEncoding] = coding
        return SSEClientError.Refusal(response: response, body: body).text
    }

    @Test(
        arguments: [
            ("Who are you?\nSecond line.\r\n", "Who are you? Second line."),
            (#"{"error": {"message": "bad key"}}"#, #"{"error": {"message": "bad key"}}"#),
            ("\u{1B}[31mred\u{07} \u{202E}back\u{9B}1m", #"\u{1b}[31mred\u{7} \u{202e}back\u{9b}1m"#),
            ("  \n\t ", nil), ("", nil),
            (
                "<!doctype html><html><head><title>403 Forbidden</title><style>b { }</style></head><body><h1>Stop</h1>here</body></html>",
                "403 Forbidden Stop here"
            ),
            ("\n<html><script>var a = '<b>';</script><p>Sorry,<br>no.", "Sorry, no."),
            ("<html", nil), ("<", nil), ("<>", nil), ("<head><title>unclosed", "unclosed"),
            ("a < b", "a < b"),
        ] as [(String, String?)]
    )
    @available(SwiftSSE 1.0, *)
    func `It is one line, without markup, and nothing in it can steer a terminal`(body: String, text: String?) {
        #expect(Self.text(Array(body.utf8)) == text)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `It is never longer than a few lines of a terminal`() {
        for letter in ["x", "\u{1}", "x ", "\u{202E}", "<p>x"] {
            let text = Self.text(Array(String(repeating: letter, count: 4096).utf8.prefix(4096))) ?? ""
            #expect(text.count <= 320)
            #expect(text.hasSuffix("\u{2026}"))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is no text, or cannot be decoded, is left out`() {
        #expect(Self.text((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 167) }) == nil)
        #expect(Self.text(Array("secret".utf8), coding: "br") == nil)
        // Cut within a letter, as a long body may be.
        #expect(Self.text(Array("caf\u{e9}".utf8.dropLast())) == "caf\u{FFFD}")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An error says it, and the words of a server in messages are tame as well`() {
        let response = EventStreamResponse(
            url: "http://x/",
            status: .init(code: 500, reasonPhrase: String(repeating: "long ", count: 500)),
            headers: [:]
        )
        let reason = ResponseCheck.standard.refusal(of: response) ?? ""
        #expect(reason.count < 300)
        let error = SSEClientError(
            code: .refused,
            message: "The server answered 403 Forbidden, not 200 OK.",
            refusal: .init(response: response, body: Array("No.".utf8))
        )
        #expect("\(error)" == "refused: The server answered 403 Forbidden, not 200 OK. It says: No.")
    }
}
