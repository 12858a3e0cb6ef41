public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamClient {
    /// Sends a request to a server that answers with an event stream or with a body of another type, as it likes: a server
    /// of the Model Context Protocol, or a language model.
    ///
    /// ```swift
    /// var call = EventStreamRequest(url: url, method: .post)
    /// call.headers[.accept] = "application/json, text/event-stream"
    /// try await client.withResponse(call) { response, content in
    ///     switch content {
    ///     case .events(let events): for try await event in events { print(event.data) }
    ///     case .body(let body): print(try await body.bytes().count)
    ///     }
    /// }
    /// ```
    ///
    /// What ``Configuration/responseCheck`` accepts comes as ``ResponseContent/events(_:)``. Another type with a status from
    /// 200 to 299 comes as ``ResponseContent/body(_:)``, also if nothing is in it, as with 202 and 204. All else is refused
    /// as by ``withStream(_:_:)``, and as there the connection is closed when the closure is left.
    ///
    /// - Parameters:
    ///   - request: What to ask for.
    ///   - body: Gets the response's head, and its content.
    /// - Returns: What `body` returns.
    /// - Throws: ``SSEClientError`` if there is no such response, and what `body` throws.
    public func withResponse<Result>(
        _ request: EventStreamRequest,
        _ body: (EventStreamResponse, sending ResponseContent) async throws -> Result
    ) async throws -> Result {
        let connection = EventStreamConnection(self.transport, self.configuration)
        defer { connection.cancel() }
        return try await withTaskCancellationHandler {
            let (stream, isEventStream) = try await connection.openAny(request)
            guard isEventStream else {
                return try await body(stream.response, .body(ResponseBody(stream.exchange)))
            }
            let reader = EventStreamReader(
                exchange: stream.exchange,
                configuration: self.configuration.parser,
                lastEventID: request.lastEventID ?? .empty
            )
            return try await body(stream.response, .events(EventStream(reader)))
        } onCancel: {
            connection.cancel()
        }
    }
}

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
