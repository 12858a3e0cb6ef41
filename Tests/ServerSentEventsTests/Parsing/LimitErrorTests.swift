internal import ServerSentEvents
internal import Testing

/// How an exceeded limit is told, and that chunks have no say in it.
struct LimitErrorTests {
    static let streams = [
        "data: 1\n\ndata: 12345678901234567890\n\ndata: 2\n\n",
        "data: 1\n\nid: 7\n\n:12345678901234567890\ndata: 2\n\n",
        "data: 1\n\nunknown: 5678901234567890\r\rdata: 2\r\r",
        "event: t\r\ndata: 1\r\n\r\nevent: 12345678901234567890\r\ndata: 2\r\n\r\n",
        "retry: 1\ndata: 1\n\nretry: 2\ndata: a\ndata: b\ndata: c\ndata: d\n\n",
        "data\ndata\n\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n\n",
        "data: 1\n\n:\n:\n:\n:\n:\n:\n:\n:\n:\n:\n:\n:\n:\n:\n:\n:\ndata: 2\n\n",
        "id: 1\ndata: 1\n\nid: 2\nid: 3\nid: 4\nid: 5\nid: 6\n\n",
        "\u{FEFF}data: 1\n\n\u{FEFF}data: 12345678\n\n",
        "data: 1\r\rdata: 12345678\rdata: 123456\r\r",
    ]

    @Test(arguments: streams)
    @available(SwiftSSE 1.0, *)
    func `The error and what came before it are the same under every chunking`(_ text: String) {
        let stream = Array(text.utf8)
        var errors: Set<String?> = []
        for lineBytes in [0, 1, 4, 7, 8, 12, 16, 17, 30] {
            for eventBytes in [0, 1, 5, 8, 9, 10, 15, 16, 17, 18, 30] {
                let limits = EventStreamLimits(lineBytes: lineBytes, eventBytes: eventBytes)
                let configuration = EventStreamParser.Configuration(limits: limits, reportsComments: true)
                let expected = ModelParser.parse(stream, configuration: configuration)
                errors.insert(expected.error)
                for chunks in [[stream]] + (1...9).map({ stream.chunks(of: $0) }) + stream.allCuts {
                    let way = "\(limits) in chunks of \(chunks.map(\.count))"
                    #expect(Outcome.parsing(chunks, configuration: configuration) == expected, "\(way)")
                }
            }
        }
        #expect(errors.isSuperset(of: ["lineTooLong", "eventTooLarge"]))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An error stays: every further chunk throws it again, and nothing is handed out any more`() throws {
        let limits = EventStreamLimits(lineBytes: 9)
        var parser = EventStreamParser(configuration: .init(limits: limits))
        #expect(try parser.parse("id: 1\nretry: 5\ndata: x\n\n".utf8).count == 2)
        let first = #expect(throws: ServerSentEventsError.self) { try parser.parse("id: 2\ndata: 12345".utf8) }
        #expect(first?.code == .lineTooLong)
        for chunk in ["6", "\n\n", "data: y\n\n", "", "\u{FEFF}data: y\n\n"] {
            var count = 0
            let again = #expect(throws: ServerSentEventsError.self) {
                try Array(chunk.utf8).withUnsafeBufferPointer { bytes in
                    try parser.parse(bytes) { _ in count += 1 }
                }
            }
            #expect(again == first)
            let lazily = #expect(throws: ServerSentEventsError.self) {
                try Array(chunk.utf8).withUnsafeBufferPointer { bytes in
                    try parser.parseLazily(bytes) { _ in count += 1 }
                }
            }
            #expect(lazily == first)
            #expect(count == 0)
        }
        #expect(parser.lastEventID == "1")
        #expect(parser.reconnectionTime == .milliseconds(5))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The closure gets what stands before the error in the same chunk`() {
        let configuration = EventStreamParser.Configuration(limits: EventStreamLimits(lineBytes: 9))
        let outcome = Outcome.parsing(
            "id: 1\ndata: a\n\ndata: b\n\nretry: 7\nid: 2\ndata: too long\n\ndata: c\n\n",
            configuration: configuration
        )
        let expected = Outcome(
            [.event("a", id: "1"), .event("b"), .retry(7)],
            lastEventID: "1",
            reconnectionTime: 7,
            error: "lineTooLong"
        )
        #expect(outcome == expected)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The message says what the limit is`() {
        var line = EventStreamParser(configuration: .init(limits: EventStreamLimits(lineBytes: 1234)))
        let lineError = #expect(throws: ServerSentEventsError.self) {
            try line.parse(Array(repeating: UInt8(ascii: "x"), count: 1235))
        }
        #expect(lineError?.message.contains("1234 bytes") == true)
        var event = EventStreamParser(configuration: .init(limits: EventStreamLimits(eventBytes: 4321)))
        let eventError = #expect(throws: ServerSentEventsError.self) {
            try event.parse(String(repeating: "data\n", count: 865).utf8)
        }
        #expect(eventError?.code == .eventTooLarge)
        #expect(eventError?.message.contains("4321 bytes") == true)
    }
}
