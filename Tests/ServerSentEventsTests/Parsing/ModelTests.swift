internal import ServerSentEvents
internal import Testing

/// Streams that a generator makes up come out as the model says, under any chunking.
struct ModelTests {
    /// Each batch is a test case of its own, so that they run side by side.
    private static let streamsPerBatch = 250

    @Test(arguments: 0..<12)
    @available(SwiftSSE 1.0, *)
    func `Random streams in random chunks come out as in the model`(batch: Int) {
        for number in 0..<Self.streamsPerBatch {
            let seed = UInt64(batch * Self.streamsPerBatch + number)
            var generator = StreamGenerator(seed: seed)
            let stream = generator.stream()
            let configuration = Self.configuration(&generator.random)
            let sizes = generator.chunkSizes()
            #expect(throws: Never.self, "seed \(seed)") {
                try ParserCheck.check(stream, chunkSizes: sizes, configuration: configuration)
            }
        }
    }

    @Test(arguments: 0..<8)
    @available(SwiftSSE 1.0, *)
    func `Random streams come out the same byte by byte and however they are cut in two`(batch: Int) {
        for number in 0..<5 {
            let seed = UInt64(1_000_000 + batch * 5 + number)
            var generator = StreamGenerator(seed: seed)
            let stream = generator.stream()
            let configuration = Self.configuration(&generator.random)
            let expected = ModelParser.parse(stream, configuration: configuration)
            for chunks in stream.allCuts + [stream.chunks(of: 1)] {
                let outcome = Outcome.parsing(chunks, configuration: configuration)
                #expect(outcome == expected, "seed \(seed) in chunks of \(chunks.map(\.count))")
            }
        }
    }

    @Test(arguments: 0..<3)
    @available(SwiftSSE 1.0, *)
    func `Long streams come out as in the model, in chunks around the sizes of words and pages`(seed: UInt64) {
        var generator = StreamGenerator(seed: seed)
        var stream: [UInt8] = []
        while stream.count < 40_000 {
            stream += generator.stream()
            let count = generator.random.pick([15, 16, 17, 4095, 4096, 16_383, 16_384, 16_385])
            stream += Array("data: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: count)
            stream += Array(generator.random.pick(["\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", ""]).utf8)
        }
        let expected = ModelParser.parse(stream)
        for size in [stream.count, 1, 15, 16, 17, 1023, 4096, 16_383, 16_384, 16_385] {
            let chunks = stream.chunks(of: size)
            #expect(Outcome.parsing(chunks) == expected, "seed \(seed) in chunks of \(size)")
            #expect(Outcome.parsingLazily(chunks) == expected, "seed \(seed) lazily in chunks of \(size)")
        }
    }

    @Test
    func `The same seed gives the same stream, another seed another`() {
        var first = StreamGenerator(seed: 7)
        var second = StreamGenerator(seed: 7)
        var third = StreamGenerator(seed: 8)
        let streams = (first.stream(), second.stream(), third.stream())
        #expect(streams.0 == streams.1)
        #expect(streams.0 != streams.2)
        let hundred = (0..<100).map { seed in
            var generator = StreamGenerator(seed: UInt64(seed))
            return generator.stream()
        }
        #expect(Set(hundred).count > 90)
    }

    @available(SwiftSSE 1.0, *)
    private static func configuration(_ random: inout SplitMix64) -> EventStreamParser.Configuration {
        var limits = EventStreamLimits.defaults
        if random.chance(oneIn: 4) {
            limits.lineBytes = random.number(below: 120)
            limits.eventBytes = random.number(below: 120)
        }
        return EventStreamParser.Configuration(
            limits: limits,
            dataEncoding: random.chance(oneIn: 5) ? .base64 : .text,
            reportsComments: random.chance(oneIn: 2)
        )
    }
}
