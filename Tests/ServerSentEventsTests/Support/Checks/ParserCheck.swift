package import ServerSentEvents

/// Whatever the bytes are and however they are cut, the parser finds what the model finds.
@available(SwiftSSE 1.0, *)
package enum ParserCheck {
    /// Takes settings and sizes of chunks from the first bytes, and the stream from the others.
    ///
    /// The first byte: bit 0 reports comments, bit 1 expects Base64, bit 2 begins with a last event ID, bits 4 to 7
    /// choose limits.
    package static func check(_ input: [UInt8]) throws(Mismatch) {
        var reader = InputReader(input)
        let settings = reader.byte()
        let configuration = EventStreamParser.Configuration(
            limits: Self.limits[Int(settings >> 4)],
            dataEncoding: settings & 0x02 == 0 ? .text : .base64,
            reportsComments: settings & 0x01 != 0
        )
        let sizes = reader.chunkSizes()
        try Self.check(
            reader.remainder(),
            chunkSizes: sizes,
            configuration: configuration,
            lastEventID: settings & 0x04 == 0 ? .empty : "from before"
        )
    }

    package static func check(
        _ stream: [UInt8],
        chunkSizes: [Int],
        configuration: EventStreamParser.Configuration,
        lastEventID: ServerSentEvent.EventID = .empty
    ) throws(Mismatch) {
        let expected = ModelParser.parse(stream, configuration: configuration, lastEventID: lastEventID)
        for chunks in [[stream], stream.chunks(of: chunkSizes)] {
            let found = Outcome.parsing(chunks, configuration: configuration, lastEventID: lastEventID)
            try Mismatch.unless(
                found,
                equals: expected,
                "\(ByteText(stream)) in chunks of \(chunks.map(\.count)), \(configuration)"
            )
            let foundLazily = Outcome.parsingLazily(chunks, configuration: configuration, lastEventID: lastEventID)
            try Mismatch.unless(
                foundLazily,
                equals: expected,
                "\(ByteText(stream)) lazily in chunks of \(chunks.map(\.count)), \(configuration)"
            )
        }
    }

    /// Half of them wide enough for anything, the others so narrow that small inputs reach them.
    private static let limits: [EventStreamLimits] =
        Array(repeating: .defaults, count: 8) + [
            EventStreamLimits(lineBytes: 0, eventBytes: 0),
            EventStreamLimits(lineBytes: 1, eventBytes: 2),
            EventStreamLimits(lineBytes: 5, eventBytes: .max),
            EventStreamLimits(lineBytes: 8, eventBytes: 8),
            EventStreamLimits(lineBytes: 9, eventBytes: 16),
            EventStreamLimits(lineBytes: 32, eventBytes: 24),
            EventStreamLimits(lineBytes: .max, eventBytes: 40),
            EventStreamLimits(lineBytes: 100, eventBytes: 100),
        ]
}
