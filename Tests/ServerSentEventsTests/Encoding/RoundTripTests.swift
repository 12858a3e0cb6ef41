internal import ServerSentEvents
internal import Testing

/// What is encoded parses to the same events again.
struct RoundTripTests {
    @Test(arguments: [false, true], 0..<8)
    @available(SwiftSSE 1.0, *)
    func `Random events come back as they were, with LF for CR and CRLF`(isBase64: Bool, batch: Int) {
        for number in 0..<60 {
            let seed = UInt64(batch * 60 + number)
            var generator = EventGenerator(seed: seed)
            let count = generator.random.number(below: 6)
            let events = (0..<count).map { _ in generator.event() }
            let sizes = (0..<3).map { _ in generator.random.number(below: 9) }
            #expect(throws: Never.self, "seed \(seed)") {
                try RoundTripCheck.check(events, dataEncoding: isBase64 ? .base64 : .text, chunkSizes: sizes)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Random events are equal to what they come back as`() throws {
        for seed in 0..<300 as Range<UInt64> {
            var generator = EventGenerator(seed: seed)
            var event = generator.event()
            guard let bytes = try? EventStreamEncoder().encode(event) else { continue }
            event.bytes = RoundTripCheck.normalizingLineEnds(of: event.bytes)
            var parser = EventStreamParser()
            let events = try parser.parse(bytes).compactMap { item in
                if case .event(let event) = item { event } else { nil }
            }
            #expect(events == [event], "seed \(seed)")
        }
    }

    @Test(arguments: CheckedTarget.allCases)
    @available(SwiftSSE 1.0, *)
    func `Random inputs pass every check that the fuzzer makes`(_ target: CheckedTarget) {
        for seed in 0..<500 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let count = random.number(below: 200)
            // Many bytes that mean something, some that mean anything.
            let input = (0..<count).map { _ in
                random.chance(oneIn: 3)
                    ? random.pick(Array("data: id:event:retry:0\n\r\n\n\r:\0\u{FEFF}é".utf8) + [0xFF])
                    : UInt8(truncatingIfNeeded: random.next())
            }
            #expect(throws: Never.self, "seed \(seed)") { try target.check(input) }
        }
    }

    @Test(arguments: ["x", "é"])
    @available(SwiftSSE 1.0, *)
    func `Types and ids of every length come back`(_ character: String) throws {
        for count in 1...40 {
            let text = String(repeating: character, count: count)
            let event = ServerSentEvent(
                type: try ServerSentEvent.EventType(text),
                data: text,
                id: try ServerSentEvent.EventID(text)
            )
            var parser = EventStreamParser()
            let items = try parser.parse(EventStreamEncoder().encode(event))
            #expect(items == [.event(event)])
            guard case .event(let parsed) = items.first else { continue }
            #expect(ByteText(parsed.type.rawValue) == ByteText(text))
            #expect(parsed.id.map { ByteText($0.rawValue) } == ByteText(text))
            #expect(parsed.hashValue == event.hashValue)
        }
    }
}
