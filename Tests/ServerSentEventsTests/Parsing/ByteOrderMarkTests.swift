internal import ServerSentEvents
internal import Testing

/// One leading byte order mark is removed; any other is text.
struct ByteOrderMarkTests {
    private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    @Test
    @available(SwiftSSE 1.0, *)
    func `One leading mark is removed, wherever it is cut`() {
        let stream = Self.mark + Array("data: x\n\n".utf8)
        for chunks in stream.allCuts + [stream.chunks(of: 1), stream.chunks(of: [0, 1])] {
            #expect(Outcome.parsing(chunks) == Outcome([.event("x")]), "chunks of \(chunks.map(\.count))")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A mark before an empty line, a comment or the end of the stream is removed as well`() {
        for (text, findings) in [
            ("\ndata: x\n\n", [.event("x")]),
            ("\rdata: x\r\r", [.event("x")]),
            (":c\ndata: x\n\n", [.comment("c"), .event("x")]),
            ("", []),
        ] as [(String, [Finding])] {
            let stream = Self.mark + Array(text.utf8)
            for chunks in stream.allCuts + [stream.chunks(of: 1)] {
                let outcome = Outcome.parsing(chunks, configuration: .init(reportsComments: true))
                #expect(outcome.findings == findings, "\(ByteText(stream)) in chunks of \(chunks.map(\.count))")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A second mark is part of a field name that nobody knows`() {
        let stream = Self.mark + Self.mark + Array("data: no\ndata: yes\n\n".utf8)
        for chunks in stream.allCuts + [stream.chunks(of: 1)] {
            #expect(Outcome.parsing(chunks) == Outcome([.event("yes")]), "chunks of \(chunks.map(\.count))")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A mark at the start of a value stays in it`() {
        let stream = Array("data: \u{FEFF}x\ndata:\u{FEFF}\nid: \u{FEFF}1\nevent:\u{FEFF}t\n\n".utf8)
        let expected = Outcome(
            [.event("\u{FEFF}x\n\u{FEFF}", type: "\u{FEFF}t", id: "\u{FEFF}1")],
            lastEventID: "\u{FEFF}1"
        )
        for chunks in stream.allCuts + [stream.chunks(of: 1)] {
            #expect(Outcome.parsing(chunks) == expected, "chunks of \(chunks.map(\.count))")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A mark at the start of any later line or chunk is not removed`() {
        let outcome = Outcome.parsing("data: 1\n\n", "\u{FEFF}data: 2\n\n", "\u{FEFF}\n", "data: 3\n\n")
        #expect(outcome == Outcome([.event("1"), .event("3")]))
    }

    @Test(arguments: 1...2)
    @available(SwiftSSE 1.0, *)
    func `What begins like a mark and goes on otherwise spoils its own line only`(_ count: Int) {
        for rest in ["data: no\n", "\n", "\r\n", "\r", ":no\n", "\u{FEFF}data: no\n", "id: no\n", "retry: 1\n"] {
            let stream = Array(Self.mark.prefix(count)) + Array(rest.utf8) + Array("data: yes\n\n".utf8)
            for chunks in stream.allCuts + [stream.chunks(of: 1)] {
                let outcome = Outcome.parsing(chunks, configuration: .init(reportsComments: true))
                let way = "\(ByteText(stream)) in chunks of \(chunks.map(\.count))"
                #expect(outcome == Outcome([.event("yes")]), "\(way)")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The beginning of a mark counts as bytes of its line, a whole mark does not`() {
        let configuration = EventStreamParser.Configuration(limits: EventStreamLimits(lineBytes: 7))
        for (beginning, error) in [
            (Self.mark, nil), ([0xEF, 0xBB], "lineTooLong"), ([0xEF], "lineTooLong"), ([], nil),
        ] as [([UInt8], String?)] {
            let stream = beginning + Array("data: x\n\n".utf8)
            for chunks in stream.allCuts + [stream.chunks(of: 1)] {
                let outcome = Outcome.parsing(chunks, configuration: configuration)
                #expect(outcome.error == error, "\(beginning) in chunks of \(chunks.map(\.count))")
            }
        }
    }
}
