internal import ServerSentEvents
internal import Testing

/// Which lines are fields, and what their names and values are.
struct FieldTests {
    @Test(
        arguments: [
            "Data", "DATA", "dat", "dataa", "data ", " data", "data\t", "\tdata", "data\0", "\0data", "da-ta",
            "data\u{301}", "\u{FEFF}data", "d", "",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A name is compared byte for byte; what is only like one is ignored`(_ name: String) {
        self.expectIgnored(name)
    }

    @Test(
        arguments: [
            "Event", "EVENT", "even", "events", "event ", " event", "event\0", "ID", "Id", "i", "idd", "id ", " id",
            "id\0", "Retry", "retr", "retries", "retryy", "retry ", " retry", "lastEventId", "eventid", "comment",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `The same holds for the other names`(_ name: String) {
        self.expectIgnored(name)
    }

    @available(SwiftSSE 1.0, *)
    private func expectIgnored(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for line in ["\(name): 5", "\(name):5", name] where line != "" && !line.hasPrefix(":") {
            let stream = Array("data: x\n\(line)\n\n".utf8)
            for chunks in stream.allCuts {
                let outcome = Outcome.parsing(chunks)
                #expect(outcome == Outcome([.event("x")]), "\(line.debugDescription)", sourceLocation: sourceLocation)
            }
        }
    }

    @Test(
        arguments: [
            ("data:x", "x"), ("data: x", "x"), ("data:  x", " x"), ("data:   ", "  "), ("data: ", ""), ("data:", ""),
            ("data", ""), ("data:\tx", "\tx"), ("data: \tx", "\tx"), ("data:x ", "x "), ("data::x", ":x"),
            ("data: :x", ":x"), ("data: x: y", "x: y"), ("data:\u{A0}x", "\u{A0}x"), ("data:\0", "\0"),
            ("data: \u{301}", "\u{301}"), ("data:\u{301}", "\u{301}"),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A value loses one leading space and nothing else`(line: String, value: String) {
        let stream = Array("\(line)\n\n".utf8)
        for chunks in stream.allCuts {
            #expect(Outcome.parsing(chunks) == Outcome([.event(ByteText(value))]), "cut at \(chunks[0].count)")
        }
    }

    @Test(arguments: [":", ": ", ":x", ": x", "::", ":data: x", ":\0", ": long enough to be cut in many places "])
    @available(SwiftSSE 1.0, *)
    func `A comment keeps all that follows its colon`(_ line: String) {
        let stream = Array("data: x\n\(line)\n\n".utf8)
        let text = ByteText(line.utf8.dropFirst())
        for chunks in stream.allCuts {
            let silent = Outcome.parsing(chunks)
            #expect(silent == Outcome([.event("x")]), "cut at \(chunks[0].count)")
            let reporting = Outcome.parsing(chunks, configuration: .init(reportsComments: true))
            #expect(reporting == Outcome([.comment(text), .event("x")]), "cut at \(chunks[0].count)")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Comments are not reported unless asked for`() {
        #expect(!EventStreamParser.Configuration.defaults.reportsComments)
        #expect(EventStreamParser.Configuration.defaults.dataEncoding == .text)
        #expect(EventStreamParser.Configuration() == .defaults)
        #expect(EventStreamParser().configuration == .defaults)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The last type wins, and an empty one is message`() {
        #expect(Outcome.parsing("event: a\nevent: b\ndata\n\n").findings == [.event("", type: "b")])
        #expect(Outcome.parsing("event: a\n", "event: b\ndata\n\n").findings == [.event("", type: "b")])
        #expect(Outcome.parsing("event: a\nevent\ndata\n\n").findings == [.event("", type: "message")])
        #expect(Outcome.parsing("event: a\n", "event:\ndata\n\n").findings == [.event("", type: "message")])
        #expect(Outcome.parsing("event: message\ndata\n\n").findings == [.event("", type: "message")])
        #expect(Outcome.parsing("event:  a\ndata\n\n").findings == [.event("", type: " a")])
        #expect(Outcome.parsing("event: a\0b\ndata\n\n").findings == [.event("", type: "a\0b")])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A type does not outlive its block`() {
        #expect(Outcome.parsing("event: a\n\ndata: x\n\n").findings == [.event("x")])
        #expect(Outcome.parsing("event: a\n", "\n", "data: x\n\n").findings == [.event("x")])
        #expect(Outcome.parsing("event: a\ndata\n\ndata: x\n\n").findings == [.event("", type: "a"), .event("x")])
    }
}
