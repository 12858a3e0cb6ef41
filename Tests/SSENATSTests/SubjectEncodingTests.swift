#if NATS
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

struct SubjectEncodingTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        ("books/1", "sse.books.1"),
        ("https://example.com/books/1?q=a b#c", "sse.https:.%.example%2Ecom.books.1%3Fq=a%20b%23c"),
        ("/", "sse.%.%"), ("a/", "sse.a.%"), ("/a", "sse.%.a"), ("%", "sse.%25"), (".", "sse.%2E"), (">", "sse.%3E"),
        ("a*", "sse.a%2A"), ("ü", "sse.%C3%BC"), ("%H/x", "sse.%25H.x"),
    ])
    func `A topic has a subject that is read back`(topic: String, subject: String) throws {
        let encoding = SubjectEncoding(prefix: "sse")
        let (written, isReadable) = encoding.subject(of: try Topic(topic))
        #expect(written == subject)
        #expect(isReadable)
        #expect(encoding.topic(of: written) == (try Topic(topic)))
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A long topic has a short subject that is not read back`() throws {
        let encoding = SubjectEncoding(prefix: "sse")
        for topic in [
            String(repeating: "ü", count: 1000), String(repeating: "a/", count: 40),
            String(repeating: "x", count: 2048),
        ] {
            let (subject, isReadable) = encoding.subject(of: try Topic(topic))
            #expect(subject.wholeMatch(of: /sse\.%H\.[0-9a-f]{16}/) != nil)
            #expect(!isReadable)
            #expect(encoding.topic(of: subject) == nil)
        }
        let edge = try Topic(String(repeating: "x", count: 512))
        #expect(encoding.topic(of: encoding.subject(of: edge).subject) == edge)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["sse", "sse.", "other.a", "ssea", "sse.a%2", "sse.%zz", "sse.%FF", "sse.%0A", ""])
    func `What is no topic is none`(subject: String) {
        #expect(SubjectEncoding(prefix: "sse").topic(of: subject) == nil)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `All topics have different subjects that servers accept`() throws {
        var generator = SeededGenerator(seed: 6)
        let encoding = SubjectEncoding(prefix: "a.b")
        let pieces = ["/", ".", "%", "*", ">", "a", "ü", "🎉", " ", "H", "%2E", "~", "\\", "\"", "{", "}"]
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined()
            guard let topic = try? Topic(text) else { continue }
            let (subject, isReadable) = encoding.subject(of: topic)
            #expect(isReadable && encoding.topic(of: subject) == topic, "\(text) is \(subject)")
            #expect(
                subject.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                    !part.isEmpty && part != "*" && part != ">" && part.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                }
            )
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["", "a b", "%", "ü\u{1F389}", "line\nbreak\r", " x ", "\u{0}"])
    func `A text is read back from a header`(text: String) {
        let header = PercentText.header(text)
        #expect(header.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        #expect(PercentText.read(header.utf8) == text)
    }

    @Test func `A consumer's words about a message are read`() {
        let short = DeliverySubject("$JS.ACK.SSE.abc.1.4711.12.1700000000000000000.3")
        #expect(short?.streamSequence == 4711)
        #expect(short?.consumerSequence == 12)
        #expect(short?.pendingCount == 3)
        let long = DeliverySubject("$JS.ACK.hub.ACCOUNT.SSE.abc.1.4711.12.1700000000000000000.3.random")
        #expect(long == short)
        for text in [
            "", "$JS.ACK.", "$JS.FC.SSE.abc.x", "$JS.ACK.SSE.abc.1.x.12.1.3", "$JS.ACK.SSE.abc.1.4711.12.1",
            "$JS.ACK.SSE.abc.1.99999999999999999999.12.1.3", "$JS.ACK.SSE.abc.1..12.1.3",
        ] {
            #expect(DeliverySubject(text) == nil, "\(text)")
        }
    }
}
#endif
