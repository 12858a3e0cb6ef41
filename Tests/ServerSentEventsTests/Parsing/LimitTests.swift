internal import ServerSentEvents
internal import Testing

/// What counts against the limits on lines and events, and what does not.
struct LimitTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `By default lines and events may have 16 MiB`() {
        #expect(EventStreamLimits.defaults.lineBytes == 16 * 1024 * 1024)
        #expect(EventStreamLimits.defaults.eventBytes == 16 * 1024 * 1024)
        #expect(EventStreamLimits() == .defaults)
        #expect(EventStreamParser.Configuration.defaults.limits == .defaults)
    }

    @Test(
        arguments: [
            "data: 67890", ":2345678901", "unknown: 01", "event: 8901", "id: 5678901", "retry: 8901", "é34567890",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A line of any kind may have as many bytes as the limit says and not one more`(_ line: String) {
        #expect(line.utf8.count == 11 || line == "é34567890")
        let count = line.utf8.count
        for lineEnd in ["\n", "\r", "\r\n"] {
            let stream = Array("data: x\n\n\(line)\(lineEnd)".utf8)
            for chunks in [[stream], stream.chunks(of: 1)] {
                let enough = EventStreamLimits(lineBytes: max(count, 7))
                #expect(Outcome.parsing(chunks, configuration: .init(limits: enough)).error == nil)
                let tooFew = EventStreamLimits(lineBytes: count - 1)
                let outcome = Outcome.parsing(chunks, configuration: .init(limits: tooFew))
                #expect(outcome.error == "lineTooLong")
                #expect(outcome.findings == [.event("x")])
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A line that is too long is noticed before it ends`() {
        let configuration = EventStreamParser.Configuration(limits: EventStreamLimits(lineBytes: 7))
        #expect(Outcome.parsing("data: x", configuration: configuration).error == nil)
        #expect(Outcome.parsing("data: xy", configuration: configuration).error == "lineTooLong")
        #expect(Outcome.parsing("data: x", "y", configuration: configuration).error == "lineTooLong")
        #expect(Outcome.parsing(":", "234567", "8", configuration: configuration).error == "lineTooLong")
        #expect(Outcome.parsing("unknown", "8", configuration: configuration).error == "lineTooLong")
    }

    @Test(
        arguments: [
            ("data: x\n\n", 8), ("data:x\n\n", 7), ("data\n\n", 5), ("data: x\r\n\r\n", 8), ("data: x\r\r", 8),
            ("data\ndata\ndata\n\n", 15), ("event: t\nid: 1\ndata: x\n\n", 9 + 6 + 8), ("retry: 5\ndata: x\n\n", 9 + 8),
            ("unknown: u\ndata: x\n\n", 11 + 8), ("id: \0\ndata: x\n\n", 6 + 8), ("id: 1\n\n", 6), ("u\n\n", 2),
            ("event: a\nevent: b\nevent: c\ndata\n\n", 9 + 9 + 9 + 5), ("data: é\n\n", 9),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `An event counts all its lines with their names and a byte for each line end`(text: String, count: Int) {
        let stream = Array(text.utf8)
        for chunks in [[stream], stream.chunks(of: 1), stream.chunks(of: 2)] {
            let enough = EventStreamParser.Configuration(limits: EventStreamLimits(eventBytes: count))
            #expect(Outcome.parsing(chunks, configuration: enough).error == nil)
            let tooFew = EventStreamParser.Configuration(limits: EventStreamLimits(eventBytes: count - 1))
            let outcome = Outcome.parsing(chunks, configuration: tooFew)
            #expect(outcome.error == "eventTooLarge")
            #expect(outcome.dispatchedEvents.isEmpty)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Comments count as lines but not as part of an event`() {
        let limits = EventStreamLimits(lineBytes: 20, eventBytes: 8)
        for reportsComments in [false, true] {
            let configuration = EventStreamParser.Configuration(limits: limits, reportsComments: reportsComments)
            let text = Array(":a comment of twenty\n".utf8)
            let stream = text + Array("data: x\n".utf8) + text + text + Array("\n".utf8)
            for chunks in [[stream], stream.chunks(of: 1), stream.chunks(of: 3)] {
                let outcome = Outcome.parsing(chunks, configuration: configuration)
                #expect(outcome.dispatchedEvents.map(\.data) == ["x"])
                #expect(outcome.error == nil)
            }
            let tooLong = Outcome.parsing([stream + [0x3A] + text], configuration: configuration)
            #expect(tooLong.error == "lineTooLong")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Every empty line begins to count anew, also after a block without data`() {
        let configuration = EventStreamParser.Configuration(limits: EventStreamLimits(eventBytes: 8))
        let text = "data: x\n\nid: 1\n\nu: 1\n\n\n\nretry: 1\n"
        #expect(Outcome.parsing(text, configuration: configuration).error == "eventTooLarge")
        for text in ["data: x\n\n", "id: 123\n\n", "u: 1234\n\n", "\n", "retry:1\n\n", ":comment\n"] {
            let stream = Array(String(repeating: text, count: 50).utf8)
            for chunks in [[stream], stream.chunks(of: 1), stream.chunks(of: 5)] {
                #expect(Outcome.parsing(chunks, configuration: configuration).error == nil, "\(text)")
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Limits of zero leave room for empty lines only`() {
        let none = EventStreamParser.Configuration(limits: EventStreamLimits(lineBytes: 0, eventBytes: 0))
        #expect(Outcome.parsing("\u{FEFF}\n\r\r\n\n", configuration: none).error == nil)
        #expect(Outcome.parsing("d", configuration: none).error == "lineTooLong")
        #expect(Outcome.parsing(":", configuration: none).error == "lineTooLong")
        let noEvents = EventStreamParser.Configuration(limits: EventStreamLimits(lineBytes: 9, eventBytes: 0))
        #expect(Outcome.parsing(":\n\n:\n", configuration: noEvents).error == nil)
        #expect(Outcome.parsing("d", configuration: noEvents).error == "eventTooLarge")
    }

    @Test(arguments: ["data: x\n\n", ":c\ndata: x\n:c\n\n", "\ndata: x\n\n"])
    @available(SwiftSSE 1.0, *)
    func `Limits beyond all memory are no limits`(_ text: String) {
        let stream = Array(text.utf8)
        let widest = EventStreamLimits(lineBytes: .max, eventBytes: .max)
        for chunks in stream.allCuts + [stream.chunks(of: 1)] {
            #expect(Outcome.parsing(chunks, configuration: .init(limits: widest)) == Outcome([.event("x")]))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `One of the limits holds also when the other is the largest number there is`() {
        let lines = EventStreamLimits(lineBytes: 3, eventBytes: .max)
        for text in [":234\n", "data\n", "d\n\n:234\n", "d\n:234\n"] {
            for chunks in Array(text.utf8).allCuts {
                #expect(Outcome.parsing(chunks, configuration: .init(limits: lines)).error == "lineTooLong")
            }
        }
        let events = EventStreamLimits(lineBytes: .max, eventBytes: 3)
        for text in ["data\n", ":234\ndata\n", "d\n\ndata\n", "d\nd\n"] {
            for chunks in Array(text.utf8).allCuts {
                #expect(Outcome.parsing(chunks, configuration: .init(limits: events)).error == "eventTooLarge")
            }
        }
    }

    @Test(arguments: [-1, -1000, Int.min + 1, .min])
    @available(SwiftSSE 1.0, *)
    func `Limits below zero are like zero and stop no program`(_ limit: Int) {
        let limits = EventStreamLimits(lineBytes: limit, eventBytes: limit)
        for (text, error) in [("\n\r\r\n", nil), ("d", "lineTooLong"), ("d\n", "lineTooLong"), (":\n", "lineTooLong")] {
            for chunks in Array(text.utf8).allCuts {
                #expect(Outcome.parsing(chunks, configuration: .init(limits: limits)).error == error)
            }
        }
    }
}
