internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension Outcome {
    /// What the parser makes of chunks of text.
    static func parsing(
        _ chunks: String...,
        configuration: EventStreamParser.Configuration = .defaults
    ) -> Outcome {
        self.parsing(chunks.map { Array($0.utf8) }, configuration: configuration)
    }
}
