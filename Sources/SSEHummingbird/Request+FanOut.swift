internal import NIOCore
internal import NIOHTTP1
internal import ServerSentEvents
public import HTTPTypes
public import Hummingbird
public import SSEBroker
public import SSEServer

@available(SwiftSSE 1.0, *)
extension Request {
    /// Answers this request with the events of a broker, from the last event ID that the client sent.
    ///
    /// ```swift
    /// let fanOut = FanOut(broker)
    /// router.get("/news") { request, _ in try await request.eventStream(of: "news", from: fanOut) }
    /// ```
    ///
    /// The same as ``HummingbirdCore/Request/eventStream(of:from:headers:configuration:)-(TopicSelection,_,_,_)`` with a selection, for topics by
    /// name.
    ///
    /// - Parameters:
    ///   - topics: The topics whose events the client gets.
    ///   - fanOut: What carries the broker's events.
    ///   - headers: The response's headers; what an event stream needs is added.
    ///   - configuration: Keep-alive, deadline and encoding where the fan-out cannot have the connection.
    /// - Returns: The response.
    /// - Throws: `HTTPError` if the client cannot be served.
    public func eventStream(
        of topics: Topic...,
        from fanOut: FanOut,
        headers: HTTPFields = [:],
        configuration: EventStreamConfiguration = .defaults
    ) async throws -> Response {
        try await self.eventStream(
            of: TopicSelection(topics.map(TopicSelector.exact)),
            from: fanOut,
            headers: headers,
            configuration: configuration
        )
    }

    /// Answers this request with the events of a broker, from the last event ID that the client sent.
    ///
    /// With the server `.eventStreams()` the stream leaves Hummingbird when its head has been sent: the fan-out writes to
    /// the connection, encrypted or not, and no task runs when an event comes. The connection is closed when the stream
    /// ends, and middleware that changes a response's body has no part in it. With any other server, such as that of
    /// HTTP/2, a task sends each event.
    ///
    /// Where the client's last event ID leads nowhere, the broker's policy decides; a gap is told by an event of the type
    /// `gap`.
    ///
    /// - Parameters:
    ///   - selection: Which events the client gets.
    ///   - fanOut: What carries the broker's events.
    ///   - headers: The response's headers; what an event stream needs is added.
    ///   - configuration: Keep-alive, deadline and encoding where the fan-out cannot have the connection.
    /// - Returns: The response.
    /// - Throws: `HTTPError` if the client cannot be served: 400 for topics and ids that cannot be, 412 if there is no
    ///   going on after the last event ID, 503 if there are too many subscribers, the broker is shutting down or its engine
    ///   does not answer.
    public func eventStream(
        of selection: TopicSelection,
        from fanOut: FanOut,
        headers: HTTPFields = [:],
        configuration: EventStreamConfiguration = .defaults
    ) async throws -> Response {
        let admission = try await self.admission(to: fanOut, selection)
        guard self.method != .head else { return self.eventStream(headers: headers) { _ in } }
        guard let connection = EventStreamConnection.current else {
            return self.eventStream(headers: headers, configuration: configuration) { writer in
                try await fanOut.serve(admission, to: writer)
            }
        }
        var headers = headers
        headers.prepareForEventStream()
        let body = ResponseBody { writer in
            // Only a chunk makes Hummingbird send the head.
            try await writer.write(ByteBuffer(bytes: EventStreamEncoder().encode(comment: "")))
            try await fanOut.serve(admission, on: connection.channel) { try .connection($0) }
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func admission(to fanOut: FanOut, _ selection: TopicSelection) async throws -> Admission {
        let lastEventID: ServerSentEvent.EventID?
        do throws(SSEServerError) {
            lastEventID = try self.lastEventID(queryName: "lastEventID")
        } catch {
            throw HTTPError(.badRequest, message: error.message)
        }
        do throws(BrokerError) {
            return try await fanOut.admission(to: selection, from: ResumePoint(lastEventID: lastEventID?.rawValue))
        } catch {
            let status = HTTPResponse.Status(code: error.httpStatusCode)
            let headers: HTTPFields = status == .serviceUnavailable ? [.retryAfter: "5"] : [:]
            throw HTTPError(status, headers: headers, message: error.message)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension StreamPlace {
    /// The place before all handlers of HTTP in the pipeline of an ``EventStreamChannel``, on its event loop.
    static func connection(_ channel: any Channel) throws -> StreamPlace {
        let pipeline = channel.pipeline.syncOperations
        let encoder = try pipeline.handler(type: HTTPResponseEncoder.self)
        return .http1(
            at: .before(encoder),
            isChunked: try !pipeline.handler(type: HTTP10Handler.self).isHTTP10,
            isNextToSocket: try !pipeline.handler(type: DisconnectHandler.self).isEncrypted
        )
    }
}
