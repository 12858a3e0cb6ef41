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
