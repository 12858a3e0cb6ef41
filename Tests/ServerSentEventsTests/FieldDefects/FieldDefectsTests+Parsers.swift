internal import ServerSentEvents
internal import Testing

/// Parsers: events lost, late, or made of what is none.
extension FieldDefectsTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A byte order mark does not swallow the first event`() {
        let stream = Array("\u{FEFF}data: first\n\ndata: second\n\n".utf8)
        for chunks in stream.allCuts {
            #expect(Outcome.parsing(chunks).findings == [.event("first"), .event("second")])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream with CRs only does not fail`() {
        let outcome = Outcome.parsing("event: t\rid: 1\rdata: a\rdata: b\r\r:c\rdata: d\r\r")
        #expect(outcome.findings == [.event("a\nb", type: "t", id: "1"), .event("d")])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that ends with CRs is not late`() throws {
        var parser = EventStreamParser()
        #expect(try parser.parse("data: a\r\r".utf8) == [.event(ServerSentEvent(data: "a"))])
        #expect(try parser.parse("data: b\r\n\r".utf8) == [.event(ServerSentEvent(data: "b"))])
    }

    @Test(arguments: ["data:\n\n", "data\n\n", "data: \n\n", "event: t\ndata:\n\n"])
    @available(SwiftSSE 1.0, *)
    func `An event with empty data is not lost`(_ text: String) {
        #expect(Outcome.parsing(text).dispatchedEvents.map(\.data) == [""])
    }

    @Test(arguments: [":\n\n", ": keep-alive\n\n", ":data: x\n\n", "::data\n\n"])
    @available(SwiftSSE 1.0, *)
    func `A comment does not surface as an event`(_ text: String) {
        #expect(Outcome.parsing(text, "data: x\n\n").findings == [.event("x")])
    }

    @Test(arguments: [0x80, 0xC3, 0xE2, 0xF0, 0xFF] as [UInt8])
    @available(SwiftSSE 1.0, *)
    func `One invalid byte does not stall the stream`(_ byte: UInt8) throws {
        var parser = EventStreamParser()
        let first = Array("data: a".utf8) + [byte] + Array("\n\n".utf8)
        #expect(try parser.parse(first) == [.event(ServerSentEvent(data: "a\u{FFFD}"))])
        #expect(try parser.parse("data: b\n\n".utf8) == [.event(ServerSentEvent(data: "b"))])
        #expect(try parser.parse([byte]) == [])
        #expect(try parser.parse("\ndata: c\n\n".utf8) == [.event(ServerSentEvent(data: "c"))])
    }

    @Test(arguments: ["data: b", "data: b\n", "id: 2\ndata: b\r\n"])
    @available(SwiftSSE 1.0, *)
    func `An unfinished last event is not dispatched`(_ tail: String) async throws {
        let text = "id: 1\ndata: a\n\n\(tail)"
        #expect(Outcome.parsing(text) == Outcome([.event("a", id: "1")], lastEventID: "1"))
        var iterator = ChunkSource(texts: text).serverSentEvents().makeAsyncIterator()
        #expect(try await iterator.next() == ServerSentEvent(data: "a", id: "1"))
        #expect(try await iterator.next() == nil)
        #expect(iterator.lastEventID == "1")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Retry: +5 is not accepted`() {
        #expect(Outcome.parsing("retry: +5\ndata: x\n\n") == Outcome([.event("x")]))
        #expect(Outcome.parsing("retry: -5\ndata: x\n\n") == Outcome([.event("x")]))
    }

    @Test(arguments: ["x", "", "1.5", "+5", "99999999999999999999x"])
    @available(SwiftSSE 1.0, *)
    func `hertz-contrib: a bad retry does not drop the whole event`(_ value: String) {
        let outcome = Outcome.parsing("event: t\nid: 1\nretry: \(value)\ndata: x\n\n")
        #expect(outcome == Outcome([.event("x", type: "t", id: "1")], lastEventID: "1"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `hertz-contrib: after one event of a megabyte, nothing of it is left for later ones to search again`() throws {
        var parser = EventStreamParser()
        let megabyte = Array("data: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1 << 20) + Array("\n\n".utf8)
        var count = 0
        for chunk in megabyte.chunks(of: 1400) { count += try parser.parse(chunk).count }
        #expect(count == 1)
        #expect(parser.retainedByteCount <= 64 * 1024)
        for number in 0..<100 {
            #expect(try parser.parse("data: \(number)\n\n".utf8) == [.event(ServerSentEvent(data: "\(number)"))])
            #expect(parser.retainedByteCount <= 64 * 1024)
        }
    }
}
