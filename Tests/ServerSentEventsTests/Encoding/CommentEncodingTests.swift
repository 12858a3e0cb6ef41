internal import ServerSentEvents
internal import Testing

/// Comments stand right after a colon, and stay comments whatever is in them.
struct CommentEncodingTests {
    @Test(
        arguments: [
            ("", ":\n"), ("x", ":x\n"), (" x", ": x\n"), (":", "::\n"), ("data: x", ":data: x\n"), ("a\nb", ":a\n:b\n"),
            ("a\rb", ":a\n:b\n"), ("a\r\nb", ":a\n:b\n"), ("\n", ":\n:\n"), ("a\n", ":a\n:\n"), ("\na", ":\n:a\n"),
            ("\n\r", ":\n:\n:\n"), ("\r\n\r\n", ":\n:\n:\n"), ("é\0", ":é\0\n"),
            ("\n\ndata: evil\n\n", ":\n:\n:data: evil\n:\n:\n"),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A comment has these bytes`(comment: String, text: String) {
        #expect(ByteText(EventStreamEncoder().encode(comment: comment)) == ByteText(text))
        #expect(ByteText(EventStreamEncoder(dataEncoding: .base64).encode(comment: comment)) == ByteText(text))
    }

    @Test(arguments: ["", " keep-alive", "a\nb", "a\r\n\r\nb\r", "\u{FEFF}é😀"])
    @available(SwiftSSE 1.0, *)
    func `A comment comes back as the lines it had`(_ comment: String) {
        let bytes = EventStreamEncoder().encode(comment: comment)
        let lines = RoundTripCheck.normalizingLineEnds(of: Array(comment.utf8))
            .split(separator: 0x0A, omittingEmptySubsequences: false)
        let outcome = Outcome.parsing(bytes.chunks(of: 1), configuration: .init(reportsComments: true))
        #expect(outcome == Outcome(lines.map { .comment(ByteText($0)) }))
    }

    @Test(arguments: ["", "x", "a\nb", "\n\n"])
    @available(SwiftSSE 1.0, *)
    func `A comment between the chunks of a stream changes no event`(_ comment: String) throws {
        let encoder = EventStreamEncoder()
        let first = try encoder.encode(ServerSentEvent(type: "t", data: "1\n", id: "7"))
        let second = try encoder.encode(ServerSentEvent(data: "2"))
        let stream = first + encoder.encode(comment: comment) + second
        #expect(Outcome.parsing([stream]).findings == [.event("1\n", type: "t", id: "7"), .event("2")])
    }
}
