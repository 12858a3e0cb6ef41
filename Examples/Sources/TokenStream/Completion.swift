import Foundation
import SSEClient

/// The answer to a prompt, put together from its pieces.
enum Completion {
    /// Asks for an answer.
    ///
    /// - Parameters:
    ///   - prompt: The prompt.
    ///   - url: The URL to send it to.
    ///   - onDelta: Called for each piece as it comes.
    /// - Returns: The whole answer.
    nonisolated(nonsending) static func text(
        for prompt: Prompt,
        at url: String,
        onDelta: (String) -> Void
    ) async throws -> String {
        var request = EventStreamRequest(url: url, method: .post, headers: [.contentType: "application/json"])
        request.body = Array(try JSONEncoder().encode(prompt))
        return try await EventStreamClient().withStream(request) { _, events in
            try await self.accumulate(events, onDelta: onDelta)
        }
    }

    /// Puts the pieces of a stream together until the end marker.
    ///
    /// `nonisolated(nonsending)`, as a stream belongs to the task that reads it. With the upcoming feature
    /// `NonisolatedNonsendingByDefault` it goes without saying.
    ///
    /// - Throws: What the stream throws, also if it ends without its end marker or reports an error.
    nonisolated(nonsending) static func accumulate(
        _ events: EventStream,
        onDelta: (String) -> Void
    ) async throws -> String {
        var text = ""
        let deltas = events.decoded(
            as: Delta.self,
            until: .data(endMarker),
            failOn: .type("error"),
            requireEnd: true
        )
        for try await piece in deltas {
            onDelta(piece.delta)
            text += piece.delta
        }
        return text
    }
}
