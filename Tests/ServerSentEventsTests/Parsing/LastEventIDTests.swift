internal import ServerSentEvents
internal import Testing

/// When an id comes into force, and what an event carries.
struct LastEventIDTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var text: String
        var findings: [Finding]
        var lastEventID: ByteText

        var testDescription: String { self.text.debugDescription }

        init(_ text: String, _ findings: [Finding], _ lastEventID: ByteText) {
            self.text = text
            self.findings = findings
            self.lastEventID = lastEventID
        }
    }

    static let examples = [
        Example("id: 1\ndata\n\n", [.event("", id: "1")], "1"),
        Example("id: 1\ndata\n\ndata\n\n", [.event("", id: "1"), .event("")], "1"),
        Example("id: 1\ndata\n\nid\ndata\n\n", [.event("", id: "1"), .event("", id: "")], ""),
        Example("id: 1\ndata\n\nid:\n\n", [.event("", id: "1"), .lastEventID("")], ""),
        Example("id: 1\nid: 2\ndata\n\n", [.event("", id: "2")], "2"),
        Example("id: 1\nid\ndata\n\n", [.event("", id: "")], ""),
        Example("id: 1\n\n", [.lastEventID("1")], "1"),
        Example("id: 1\n\nid: 2\n\n", [.lastEventID("1"), .lastEventID("2")], "2"),
        Example("event: t\nid: 1\nretry: x\n\n", [.lastEventID("1")], "1"),
        Example("data\n\nid: 1\n", [.event("")], "before"),
        Example("id: 1\ndata\n\nid: 2\ndata\n", [.event("", id: "1")], "1"),
        Example("id: a\0\ndata\n\n", [.event("")], "before"),
        Example("id: 1\nid: \0\ndata\n\n", [.event("", id: "1")], "1"),
        Example("id: \0\nid: 1\ndata\n\n", [.event("", id: "1")], "1"),
        Example("id: \0\n\n", [], "before"),
        Example("id:  1 \ndata\n\n", [.event("", id: " 1 ")], " 1 "),
        Example("id: é😀\ndata\n\n", [.event("", id: "é😀")], "é😀"),
        Example(
            "id: an id that is longer than fifteen bytes\ndata\n\n",
            [.event("", id: "an id that is longer than fifteen bytes")],
            "an id that is longer than fifteen bytes"
        ),
        Example("data\n\n", [.event("")], "before"),
        Example("", [], "before"),
    ]

    @Test(arguments: examples)
    @available(SwiftSSE 1.0, *)
    func `An id is committed at dispatch, wherever the stream is cut`(_ example: Example) {
        let stream = Array(example.text.utf8)
        let expected = Outcome(example.findings, lastEventID: example.lastEventID)
        for chunks in stream.allCuts + [stream.chunks(of: 1)] {
            let way = "chunks of \(chunks.map(\.count))"
            #expect(Outcome.parsing(chunks, lastEventID: "before") == expected, "\(way)")
            #expect(Outcome.parsingLazily(chunks, lastEventID: "before") == expected, "lazily, \(way)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The parser knows the id in force between chunks`() throws {
        var parser = EventStreamParser(lastEventID: "0")
        #expect(parser.lastEventID == "0")
        for (chunk, id) in [
            ("id: 1\ndata\n", "0"), ("\n", "1"), ("id: 2\ndata\n\nid: 3\nda", "2"), ("ta\n\nid: 4\n", "3"),
            ("data\n\n", "4"), ("data\n\n", "4"), ("id: 5\n\nid: 6\n\ndata\n\n", "6"), ("id\n\n", ""),
        ] {
            _ = try parser.parse(chunk.utf8)
            #expect(parser.lastEventID.rawValue == id, "after \(chunk.debugDescription)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An id is committed also when its event's data is not the Base64 that was to be expected`() throws {
        let configuration = EventStreamParser.Configuration(dataEncoding: .base64)
        let outcome = Outcome.parsing("id: 1\ndata: QQ==\n\nid: 2\ndata: ?\n\n", configuration: configuration)
        #expect(outcome.lastEventID == "2")
    }

    @Test(arguments: ["", "0", "é\u{FFFD}"])
    @available(SwiftSSE 1.0, *)
    func `A parser that begins with an id keeps it until another comes`(_ id: String) throws {
        var parser = EventStreamParser(lastEventID: try ServerSentEvent.EventID(id))
        #expect(try parser.parse("data: x\n\n".utf8) == [.event(ServerSentEvent(data: "x"))])
        #expect(parser.lastEventID == (try ServerSentEvent.EventID(id)))
    }
}
