internal import ServerSentEvents
internal import Testing

/// A `retry` field counts if it is one or more ASCII digits and nothing else.
struct RetryFieldTests {
    @Test(
        arguments: [
            ("0", 0), ("1", 1), ("3000", 3000), ("03000", 3000), ("0000000000000000000000000000000000000007", 7),
            ("000", 0), ("9223372036854775806", .max - 1), ("9223372036854775807", .max),
        ] as [(String, Int64)]
    )
    @available(SwiftSSE 1.0, *)
    func `Digits are a number of milliseconds`(digits: String, milliseconds: Int64) {
        for line in ["retry: \(digits)", "retry:\(digits)"] {
            let stream = Array("\(line)\ndata: x\n\n".utf8)
            let expected = Outcome(
                [.retry(milliseconds), .event("x", retry: milliseconds)],
                reconnectionTime: milliseconds
            )
            for chunks in stream.allCuts {
                #expect(Outcome.parsing(chunks) == expected, "\(line), cut at \(chunks[0].count)")
            }
        }
    }

    @Test(
        arguments: [
            "9223372036854775808", "9223372036854775810", "18446744073709551616", "99999999999999999999999999999999",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `More than any number holds is the largest one`(_ digits: String) {
        let outcome = Outcome.parsing("retry: \(digits)\n\n")
        #expect(outcome == Outcome([.retry(.max)], reconnectionTime: .max))
    }

    @Test(
        arguments: [
            "", " ", "+5", "-5", "-0", "5 ", "  5", "\t5", "5\t", "1.5", "1,000", "1e3", "0x10", "1000x", "x1000",
            "1_000", "٣", "５", "5\0", "\05", "NaN", "1 0", "99999999999999999999999x",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Anything else leaves the time as it was, and the event as it is`(_ value: String) {
        let stream = Array("retry: 7\nretry: \(value)\ndata: x\nid: 1\n\n".utf8)
        let expected = Outcome([.retry(7), .event("x", id: "1", retry: 7)], lastEventID: "1", reconnectionTime: 7)
        for chunks in stream.allCuts {
            #expect(Outcome.parsing(chunks) == expected, "cut at \(chunks[0].count)")
        }
        let alone = Outcome.parsing("retry:\(value)\ndata: x\n\n")
        #expect(alone == Outcome([.event("x")]))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A time is in force from its line on, without an event and without an empty line`() throws {
        var parser = EventStreamParser()
        #expect(parser.reconnectionTime == nil)
        #expect(try parser.parse("retry: 5\n".utf8) == [.retry(.milliseconds(5))])
        #expect(parser.reconnectionTime == .milliseconds(5))
        #expect(try parser.parse("\ndata: x\n\n".utf8) == [.event(ServerSentEvent(data: "x"))])
        #expect(parser.reconnectionTime == .milliseconds(5))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event carries the last valid time of its own block`() {
        let outcome = Outcome.parsing("retry: 1\n\nretry: 2\nretry: 3\nretry: x\ndata: a\n\ndata: b\n\n")
        let expected = Outcome(
            [.retry(1), .retry(2), .retry(3), .event("a", retry: 3), .event("b")],
            reconnectionTime: 3
        )
        #expect(outcome == expected)
    }
}
