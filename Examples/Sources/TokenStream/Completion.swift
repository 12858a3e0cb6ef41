import Foundation
import SSEClient

/// The answer to a prompt, put together from its pieces.
enum Completion {
    /// The stream ended without its end marker, so the answer is not complete.
    struct Incomplete: Error {
        let text: String
    }

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
    /// - Throws: ``Incomplete`` if there is none, and what the stream and the JSON decoder throw.
    nonisolated(nonsending) static func accumulate(
        _ events: EventStream,
        onDelta: (String) -> Void
    ) async throws -> String {
        var text = ""
        let decoder = JSONDecoder()
        for try await event in events {
            if event.data == endMarker { return text }
            let delta = try decoder.decode(Delta.self, from: Data(event.bytes)).delta
            onDelta(delta)
            text += delta
        }
        throw Incomplete(text: text)
    }
}
