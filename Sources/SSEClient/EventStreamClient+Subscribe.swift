public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamClient {
    /// Reads a stream with handlers instead of a loop.
    ///
    /// ```swift
    /// try await client.subscribe(
    ///     EventStreamRequest(url: "https://example.com/events"),
    ///     onConnect: { response in print("connected to \(response.url)") },
    ///     onDisconnect: { error in print("disconnected", error as Any) }
    /// ) { event in
    ///     print(event.data)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - onConnect: Called once the response is accepted, before any event.
    ///   - onDisconnect: Called when the stream is over: with `nil` if the server ended it, else with the error that this
    ///     method then throws. It is not called if there was no connection to begin with.
    ///   - onEvent: Called for each event, one at a time and in order; the next one waits until it returns. Throw to
    ///     leave the stream: nothing is delivered after that.
    /// - Throws: ``SSEClientError``, and what the handlers throw. Returns when the server ends the stream.
    public func subscribe(
        _ request: EventStreamRequest,
        onConnect: (EventStreamResponse) async throws -> Void = { _ in },
        onDisconnect: ((any Error)?) async -> Void = { _ in },
        onEvent: (ServerSentEvent) async throws -> Void
    ) async throws {
        try await self.withStream(request) { response, events in
            do {
                try await onConnect(response)
                for try await event in events { try await onEvent(event) }
            } catch {
                await onDisconnect(error)
                throw error
            }
            await onDisconnect(nil)
        }
    }
}
