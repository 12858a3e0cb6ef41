internal import ServerSentEvents
internal import Testing

/// Invalid UTF-8 becomes U+FFFD as the Encoding Standard asks, and stops nothing.
struct UTF8Tests {
    struct Sequence: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        /// What the Encoding Standard's decoder makes of it.
        var text: String

        var testDescription: String { self.name }

        init(_ name: String, _ bytes: [UInt8], _ text: String) {
            self.name = name
            self.bytes = bytes
            self.text = text
        }
    }

    static let sequences = [
        Sequence("two bytes", [0xC3, 0xA9], "é"),
        Sequence("three bytes", [0xE2, 0x82, 0xAC], "€"),
        Sequence("four bytes", [0xF0, 0x9F, 0x98, 0x80], "😀"),
        Sequence("the last scalar", [0xF4, 0x8F, 0xBF, 0xBF], "\u{10FFFF}"),
        Sequence("a noncharacter", [0xEF, 0xBF, 0xBE], "\u{FFFE}"),
        Sequence("U+FFFD itself", [0xEF, 0xBF, 0xBD], "\u{FFFD}"),
        Sequence("lone continuation", [0x80], "\u{FFFD}"),
        Sequence("three lone continuations", [0xBF, 0x80, 0xBF], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("overlong in two", [0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
        Sequence("overlong slash in two", [0xC1, 0xBF], "\u{FFFD}\u{FFFD}"),
        Sequence("overlong in three", [0xE0, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("overlong in four", [0xF0, 0x80, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("overlong LF", [0xC0, 0x8A], "\u{FFFD}\u{FFFD}"),
        Sequence("overlong CR in three", [0xE0, 0x80, 0x8D], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("overlong colon", [0xC0, 0xBA], "\u{FFFD}\u{FFFD}"),
        Sequence("high surrogate", [0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("low surrogate", [0xED, 0xBF, 0xBF], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence(
            "surrogate pair",
            [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
            "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
        ),
        Sequence("too large", [0xF4, 0x90, 0x80, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("much too large", [0xF7, 0xBF, 0xBF, 0xBF], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("bytes that never occur", [0xFE, 0xFF, 0xF5], "\u{FFFD}\u{FFFD}\u{FFFD}"),
        Sequence("two bytes, truncated", [0xC3], "\u{FFFD}"),
        Sequence("three bytes, one there", [0xE2], "\u{FFFD}"),
        Sequence("three bytes, two there", [0xE2, 0x82], "\u{FFFD}"),
        Sequence("four bytes, one there", [0xF0], "\u{FFFD}"),
        Sequence("four bytes, two there", [0xF0, 0x9F], "\u{FFFD}"),
        Sequence("four bytes, three there", [0xF0, 0x9F, 0x98], "\u{FFFD}"),
        Sequence("truncated, then whole", [0xE2, 0x82, 0xC3, 0xA9], "\u{FFFD}é"),
        Sequence("truncated twice", [0xF0, 0x9F, 0xF0, 0x9F, 0x98], "\u{FFFD}\u{FFFD}"),
        Sequence("UTF-16 byte order marks", [0xFF, 0xFE, 0xFE, 0xFF], "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ]

    @Test(arguments: sequences)
    func `Text decodes as by the standard library, and by the table`(_ sequence: Sequence) {
        #expect(ByteText(String(decoding: sequence.bytes, as: UTF8.self)) == ByteText(sequence.text))
    }

    @Test(arguments: sequences)
    @available(SwiftSSE 1.0, *)
    func `Data, type, id and comment decode in the same way, however the stream is cut`(_ sequence: Sequence) {
        for (prefix, suffix) in [("", ""), ("a", "b"), ("é", ""), ("long enough already", "!")] {
            let value = Array(prefix.utf8) + sequence.bytes + Array(suffix.utf8)
            let text = ByteText(prefix + sequence.text + suffix)
            var stream: [UInt8] = []
            for name in ["event:", "id:", ":", "data:", "data:"] { stream += Array(name.utf8) + value + [0x0A] }
            stream += Array("\ndata: next\n\n".utf8)

            let expected = Outcome(
                [
                    .comment(text),
                    .event(ByteText(text.bytes + [0x0A] + text.bytes), type: text, id: text),
                    .event("next"),
                ],
                lastEventID: text
            )
            let configuration = EventStreamParser.Configuration(reportsComments: true)
            for chunks in stream.allCuts + [stream.chunks(of: 1), stream.chunks(of: 2), stream.chunks(of: 3)] {
                let way = "\(prefix)…\(suffix) in chunks of \(chunks.map(\.count))"
                #expect(Outcome.parsing(chunks, configuration: configuration) == expected, "\(way)")
                #expect(Outcome.parsingLazily(chunks, configuration: configuration) == expected, "lazily, \(way)")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Every first byte, with second to fourth ones at the borders, decodes as by the standard library`() {
        let seconds: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
        let others: [UInt8] = [0x41, 0x7F, 0x80, 0xBF, 0xC0]
        for first in 0x80...0xFF as ClosedRange<UInt8> {
            var stream: [UInt8] = []
            var findings: [Finding] = []
            for second in seconds {
                for third in others {
                    for fourth in others {
                        let value = Array("more than fifteen bytes ".utf8) + [first, second, third, fourth]
                        stream += Array("data: ".utf8) + value + [0x0A, 0x0A]
                        findings.append(.event(ByteText(String(decoding: value, as: UTF8.self))))
                    }
                }
            }
            #expect(Outcome.parsing([stream]).findings == findings, "\(first)")
        }
    }

    @Test(arguments: [0...40, 41...70, 71...90])
    @available(SwiftSSE 1.0, *)
    func `One byte that is not ASCII is seen at every place of a text of any length`(_ counts: ClosedRange<Int>) {
        for inserted in [[0xFF], [0xC3, 0xA9], [0xC3], [0xF0, 0x9F, 0x98, 0x80]] as [[UInt8]] {
            var stream: [UInt8] = []
            var findings: [Finding] = []
            for count in counts {
                for index in 0...count {
                    var text = [UInt8](repeating: 0x78, count: count)
                    text.insert(contentsOf: inserted, at: index)
                    stream += Array("data: ".utf8) + text + [0x0A, 0x0A]
                    findings.append(.event(ByteText(String(decoding: text, as: UTF8.self))))
                }
            }
            #expect(Outcome.parsing([stream]).findings == findings, "\(inserted)")
        }
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    @available(SwiftSSE 1.0, *)
    func `A line end ends a truncated sequence and stays a line end`(_ lineEnd: String) {
        for sequence in Self.sequences where sequence.name.contains("there") || sequence.name.contains("truncated") {
            let stream =
                Array("data: ".utf8) + sequence.bytes + Array("\(lineEnd)data: x\(lineEnd)\(lineEnd)".utf8)
            let expected = Outcome([.event(ByteText(sequence.text + "\nx"))])
            #expect(Outcome.parsing([stream]) == expected, "\(sequence.name)")
            #expect(Outcome.parsing(stream.chunks(of: 1)) == expected, "\(sequence.name) byte by byte")
        }
    }

    @Test(arguments: [0x80, 0xC3, 0xFF] as [UInt8])
    @available(SwiftSSE 1.0, *)
    func `A field name with an invalid byte in it is not a name`(_ byte: UInt8) {
        for index in 0...4 {
            var name = Array("data".utf8)
            name.insert(byte, at: index)
            let stream = name + Array(": no\ndata: yes\n\n".utf8)
            for chunks in stream.allCuts {
                #expect(Outcome.parsing(chunks) == Outcome([.event("yes")]), "\(name), cut at \(chunks[0].count)")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Scalars are neither composed nor decomposed`() {
        let outcome = Outcome.parsing("event: e\u{301}\ndata: \u{E9} e\u{301} \u{212B}\nid: \u{E9}\n\n")
        #expect(outcome.findings == [.event("\u{E9} e\u{301} \u{212B}", type: "e\u{301}", id: "\u{E9}")])
        #expect(outcome.findings != [.event("e\u{301} e\u{301} \u{212B}", type: "e\u{301}", id: "\u{E9}")])
    }
}
