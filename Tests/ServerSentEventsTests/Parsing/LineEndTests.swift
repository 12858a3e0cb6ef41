internal import ServerSentEvents
internal import Testing

/// Lines end with LF, CR or CRLF, as the sender likes.
struct LineEndTests {
    /// Lines without their ends, and what they come to.
    struct Shape: Sendable, CustomTestStringConvertible {
        var lines: [String]
        var findings: [Finding]

        var testDescription: String { "\(self.lines)" }

        init(_ lines: [String], _ findings: [Finding]) {
            self.lines = lines
            self.findings = findings
        }

        func bytes(lineEnd: String) -> [UInt8] {
            Array(self.lines.map { $0 + lineEnd }.joined().utf8)
        }
    }

    static let lineEnds = ["\n", "\r", "\r\n"]

    static let shapes = [
        Shape(["data: x", ""], [.event("x")]),
        Shape(["data: x", "data: y", ""], [.event("x\ny")]),
        Shape(["data: x", "", "data: y", ""], [.event("x"), .event("y")]),
        Shape(["data", ""], [.event("")]),
        Shape(["data", "data", ""], [.event("\n")]),
        Shape(["data:", "data: ", "data:x", "data:", ""], [.event("\n\nx\n")]),
        Shape(["", "", "data: x", "", "", ""], [.event("x")]),
        Shape(["data: x", "", "", "", "data: y", "", ""], [.event("x"), .event("y")]),
        Shape([":", ":c", "data: x", ":", ""], [.comment(""), .comment("c"), .comment(""), .event("x")]),
        Shape(["event: t", "data: x", "id: 7", ""], [.event("x", type: "t", id: "7")]),
        Shape(["event: t", "", "data: x", ""], [.event("x")]),
        Shape(["id: 7", "", "data: x", ""], [.lastEventID("7"), .event("x")]),
        Shape(["retry: 5", "data: x", "", "data: y", ""], [.retry(5), .event("x", retry: 5), .event("y")]),
        Shape(["unknown: u", "u", "data: x", ""], [.event("x")]),
        Shape(
            ["data: sixteen bytes", "data: and many more than that, in one line", ""],
            [.event("sixteen bytes\nand many more than that, in one line")]
        ),
        Shape(["data: x"], []),
        Shape(["", "", ""], []),
        Shape([], []),
    ]

    @Test(arguments: shapes)
    @available(SwiftSSE 1.0, *)
    func `A stream reads the same with every line end, whole and in chunks of one to three bytes`(_ shape: Shape) {
        for lineEnd in Self.lineEnds {
            let stream = shape.bytes(lineEnd: lineEnd)
            for chunks in [[stream], stream.chunks(of: 1), stream.chunks(of: 2), stream.chunks(of: 3)] {
                let outcome = Outcome.parsing(chunks, configuration: .init(reportsComments: true))
                #expect(outcome.findings == shape.findings, "\(lineEnd.debugDescription) \(chunks.map(\.count))")
            }
        }
    }

    @Test(arguments: shapes)
    @available(SwiftSSE 1.0, *)
    func `A stream reads the same with every line end when empty chunks come between`(_ shape: Shape) {
        for lineEnd in Self.lineEnds {
            let chunks = shape.bytes(lineEnd: lineEnd).chunks(of: [0, 1, 0, 0, 1])
            let outcome = Outcome.parsing(chunks, configuration: .init(reportsComments: true))
            #expect(outcome.findings == shape.findings, "\(lineEnd.debugDescription)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Line ends may be mixed in any way`() {
        let lines = ["data: a", "data: b", "", "data: c", ""]
        var streams = [""]
        for line in lines {
            streams = streams.flatMap { stream in Self.lineEnds.map { stream + line + $0 } }
        }
        #expect(streams.count == 243)
        for stream in streams {
            // A CR and an LF that meet over an empty line are one line end; so says the standard, and so does this.
            let bytes = Array(stream.utf8)
            let plain = RoundTripCheck.normalizingLineEnds(of: bytes)
            let expected = Outcome.parsing([plain])
            for chunks in [[bytes], bytes.chunks(of: 1), bytes.chunks(of: 2)] {
                #expect(Outcome.parsing(chunks) == expected, "\(stream.debugDescription) \(chunks.map(\.count))")
            }
        }
    }

    @Test(arguments: ["\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}", "\\n", "\\r"])
    @available(SwiftSSE 1.0, *)
    func `What only looks like a line end to others is text`(_ text: String) {
        let outcome = Outcome.parsing("data: a\(text)b\(text)\n\n")
        #expect(outcome.findings == [.event(ByteText("a\(text)b\(text)"))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line end is a line end also before a combining mark`() {
        let outcome = Outcome.parsing("data: a\r\n\u{301}b\r\ndata:\u{301}c\r\n\r\n")
        #expect(outcome.findings == [.event("a\n\u{301}c")])
    }
}
