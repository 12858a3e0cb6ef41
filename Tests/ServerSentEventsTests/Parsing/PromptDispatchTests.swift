internal import ServerSentEvents
internal import Testing

/// An event is there as soon as the byte that ends its empty line is.
struct PromptDispatchTests {
    @Test(
        arguments: [
            ("data: x\n\n", 8), ("data: x\r\r", 8), ("data: x\r\n\r\n", 9), ("data: x\r\n\n", 9), ("data: x\n\r\n", 8),
            ("data: x\n\r", 8), ("data\r\r", 5), ("id: 1\rdata: x\r\r\n\r\n", 14),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `The first byte of the empty line's end dispatches, and nothing after it does again`(
        stream: String,
        index: Int
    ) throws {
        var parser = EventStreamParser()
        var dispatches: [Int] = []
        for (index, byte) in stream.utf8.enumerated() {
            for item in try parser.parse(CollectionOfOne(byte)) {
                if case .event = item { dispatches.append(index) }
            }
        }
        #expect(dispatches == [index])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A CR at the end of a chunk dispatches at once; an LF that comes later belongs to it`() throws {
        var parser = EventStreamParser()
        #expect(try parser.parse("data: x\r\n\r".utf8) == [.event(ServerSentEvent(data: "x"))])
        #expect(try parser.parse("\n".utf8) == [])
        #expect(try parser.parse("data: y\r".utf8) == [])
        #expect(try parser.parse("\n".utf8) == [])
        #expect(try parser.parse("\r".utf8) == [.event(ServerSentEvent(data: "y"))])
        #expect(try parser.parse("\ndata: z\r\r".utf8) == [.event(ServerSentEvent(data: "z"))])
        #expect(try parser.parse("\n\n".utf8) == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An LF after a CR is swallowed once, and only if it comes next`() throws {
        var parser = EventStreamParser()
        #expect(try parser.parse("data: x\r".utf8) == [])
        #expect(try parser.parse("".utf8) == [])
        #expect(try parser.parse("\n\n".utf8) == [.event(ServerSentEvent(data: "x"))])
        #expect(try parser.parse("data: y\r".utf8) == [])
        #expect(try parser.parse("data: z".utf8) == [])
        #expect(try parser.parse("\n\n".utf8) == [.event(ServerSentEvent(data: "y\nz"))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream of nothing but CRs hands out every event with its own chunk`() throws {
        var parser = EventStreamParser()
        for number in 0..<100 {
            let items = try parser.parse("id: \(number)\rdata: a\rdata: b\r\r".utf8)
            let id = try ServerSentEvent.EventID("\(number)")
            #expect(items == [.event(ServerSentEvent(data: "a\nb", id: id))])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Items come in the order in which they stand in the stream`() {
        let outcome = Outcome.parsing(
            ":a\nretry: 1\ndata: x\n:b\nretry: 2\n\nid: 1\n\n:c\ndata: y\n\n",
            configuration: .init(reportsComments: true)
        )
        #expect(
            outcome.findings == [
                .comment("a"), .retry(1), .comment("b"), .retry(2), .event("x", retry: 2), .lastEventID("1"),
                .comment("c"), .event("y"),
            ]
        )
    }

    @Test(arguments: ["", "\n", "\ndata: y"])
    @available(SwiftSSE 1.0, *)
    func `An event that the end of the stream cuts off is not dispatched`(_ tail: String) {
        let outcome = Outcome.parsing("id: 1\ndata: x\n\nid: 2\ndata: unfinished\(tail)")
        #expect(outcome == Outcome([.event("x", id: "1")], lastEventID: "1"))
    }
}
