package import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension Outcome {
    /// What the parser makes of a stream that arrives in these chunks.
    package static func parsing(
        _ chunks: [[UInt8]],
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> Outcome {
        self.running(configuration, lastEventID, chunks) { parser, chunk, append throws(ServerSentEventsError) in
            try parser.parse(chunk) { append(Finding($0)) }
        }
    }

    /// What the parser makes of the stream when it is asked for byte ranges, which are decoded here.
    package static func parsingLazily(
        _ chunks: [[UInt8]],
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> Outcome {
        self.running(configuration, lastEventID, chunks) { parser, chunk, append throws(ServerSentEventsError) in
            try parser.parseLazily(chunk) { append(Finding($0, dataEncoding: configuration.dataEncoding)) }
        }
    }

    private static func running(
        _ configuration: EventStreamParser.Configuration,
        _ lastEventID: ServerSentEvent.EventID,
        _ chunks: [[UInt8]],
        parse: (
            inout EventStreamParser, UnsafeBufferPointer<UInt8>, (Finding) -> Void
        ) throws(ServerSentEventsError) -> Void
    ) -> Outcome {
        var parser = EventStreamParser(configuration: configuration, lastEventID: lastEventID)
        var outcome = Outcome()
        for chunk in chunks {
            let error = chunk.withUnsafeBufferPointer { bytes -> ServerSentEventsError? in
                do throws(ServerSentEventsError) {
                    try parse(&parser, bytes) { outcome.findings.append($0) }
                    return nil
                } catch {
                    return error
                }
            }
            if let error {
                outcome.error = error.code.description
                break
            }
        }
        outcome.lastEventID = ByteText(parser.lastEventID.rawValue)
        outcome.reconnectionTime = parser.reconnectionTime?.milliseconds
        return outcome
    }
}
