public import HTTPTypes
public import Hummingbird
public import NIOCore
public import SSEServer
public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension Request {
    /// Answers this request with an event stream.
    ///
    /// ```swift
    /// router.get("/time") { request, _ in
    ///     request.eventStream { writer in
    ///         while true {
    ///             try await writer.send(ServerSentEvent(type: "time", data: "\(Date.now)"))
    ///             try await Task.sleep(for: .seconds(1))
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// The closure's task is cancelled as soon as the client leaves or the application shuts down gracefully, whatever it
    /// waits for. When it returns, the response is complete. When it throws, the connection is cut, so that the client
    /// can tell.
    ///
    /// With the server `.eventStreams()` the connection can serve the next request after that, and clients of HTTP/1.0
    /// get a body that they understand. With any other server the connection is closed when the stream ends, because
    /// Hummingbird can then watch it only at that price. A `HEAD` request is answered with the head only.
    ///
    /// Read what you need of the request's body before you call this; from then on it is only watched for its end. A
    /// large body that nobody has read can hide the client's leaving until the next keep-alive comment.
    ///
    /// - Parameters:
    ///   - status: The response's status.
    ///   - headers: The response's headers; what an event stream needs is added.
    ///   - prelude: Bytes before the first event; they must be whole lines of an event stream.
    ///   - configuration: Keep-alive, deadline, encoding.
    ///   - body: Sends the events.
    /// - Returns: The response.
    public func eventStream(
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        prelude: ByteBuffer? = nil,
        configuration: EventStreamConfiguration = .defaults,
        _ body: @escaping @Sendable (EventStreamWriter) async throws -> Void
    ) -> Response {
        var headers = headers
        headers.prepareForEventStream()
        guard self.method != .head else { return Response(status: status, headers: headers) }

        let requestBody = self.body
        let responseBody = ResponseBody { writer in
            let sink = ResponseBodyWriterSink(writer)
            if let prelude {
                try await withWriteTimeout(configuration.writeTimeout) { try await sink.write(prelude) }
            }
            let end = try await serve(body, configuration, to: sink, watching: requestBody)
            guard end != .clientDisconnected else { return }
            try await withWriteTimeout(configuration.writeTimeout) { try await sink.finish() }
        }
        return Response(status: status, headers: headers, body: responseBody)
    }

    /// Answers this request with the events of a sequence, as they come.
    ///
    /// ```swift
    /// router.get("/news") { request, _ in request.eventStream(news.subscribe()) }
    /// ```
    ///
    /// - Parameters:
    ///   - events: The events. The response ends when the sequence does.
    ///   - status: The response's status.
    ///   - headers: The response's headers; what an event stream needs is added.
    ///   - configuration: Keep-alive, deadline, encoding.
    /// - Returns: The response.
    public func eventStream<Events: AsyncSequence & Sendable>(
        _ events: Events,
        status: HTTPResponse.Status = .ok,
        headers: HTTPFields = [:],
        configuration: EventStreamConfiguration = .defaults
    ) -> Response where Events.Element == ServerSentEvent {
        self.eventStream(status: status, headers: headers, configuration: configuration) { writer in
            try await writer.send(contentsOf: events)
        }
    }
}

/// Serves a stream and watches the client, by way of the connection where it is known, else of the request's body.
@available(SwiftSSE 1.0, *)
private func serve(
    _ body: @escaping @Sendable (EventStreamWriter) async throws -> Void,
    _ configuration: EventStreamConfiguration,
    to sink: ResponseBodyWriterSink,
    watching requestBody: RequestBody
) async throws -> EventStreamEnd {
    if let connection = EventStreamConnection.current {
        return try await withPeerWatch(of: connection.channel, configuration) {
            try await withEventStream(
                to: sink,
                configuration: configuration,
                onDisconnect: { connection.setDisconnectHandler($0) },
                body
            )
        }
    }
    let disconnection = Disconnection()
    return try await requestBody.consumeWithInboundCloseHandler { rest in
        // What is left of the request has to be read: only behind it the client's leaving can be seen, and Hummingbird
        // traps if the stream ends before the request does while nobody reads that.
        async let _: Void = discard(rest)
        return try await withEventStream(
            to: sink,
            configuration: configuration,
            onDisconnect: { disconnection.setHandler($0) },
            body
        )
    } onInboundClosed: {
        disconnection.signal()
    }
}

/// Reads a request's body to its end, or until the task is cancelled.
@available(SwiftSSE 1.0, *)
private func discard(_ body: RequestBody) async {
    do {
        for try await _ in body {}
    } catch {
        // Whoever watches the connection is told of this, too.
    }
}

@available(SwiftSSE 1.0, *)
extension Request {
    /// The last event ID that the client sent with `Last-Event-ID`, `nil` if there is none or it cannot be one.
    ///
    /// Use ``lastEventID(queryName:maximumByteCount:)`` to tell the two apart, or to accept it in the query as well.
    public var lastEventID: ServerSentEvent.EventID? {
        try? self.lastEventID()
    }

    /// The last event ID that the client sent.
    ///
    /// - Parameters:
    ///   - queryName: The name of a query item that is read if there is no header, such as `lastEventID`, for clients
    ///     that cannot set headers; `nil` to accept the header only.
    ///   - maximumByteCount: The longest id that is accepted.
    /// - Returns: The id, `nil` if the client sent none. An empty value counts as none.
    /// - Throws: `SSEServerError` with the code `invalidLastEventID` if the value is too long or holds what no id can
    ///   hold.
    public func lastEventID(
        queryName: String? = nil,
        maximumByteCount: Int = LastEventID.defaultMaximumByteCount
    ) throws(SSEServerError) -> ServerSentEvent.EventID? {
        var id: ServerSentEvent.EventID?
        if let field = self.head.headerFields[fields: .lastEventID].first {
            // Only this accessor has the bytes as they came; `value` may have read them as Latin-1.
            var failure: SSEServerError?
            field.withUnsafeBytesOfValue { bytes in
                do throws(SSEServerError) {
                    id = try LastEventID.parse(bytes, maximumByteCount: maximumByteCount)
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
        } else if let queryName, let value = self.uri.queryParameters[Substring(queryName)] {
            id = try LastEventID.parse(value.utf8, maximumByteCount: maximumByteCount)
        }
        return id == .empty ? nil : id
    }
}

/// Writes an event stream with Hummingbird's response writer.
///
/// A class, because a writer may be a value that changes with each write, and its end must know of them all.
///
/// - Note: `@unchecked Sendable` because the sink goes to the tasks that do the writing, and a writer is not `Sendable`.
///   Proof: the writer is copied out of the `inout` argument of a response body closure, which never touches its own
///   copy; and what comes before the stream, the stream and its end use the sink one after the other, each in one child
///   task that has ended when the next begins.
@available(SwiftSSE 1.0, *)
final class ResponseBodyWriterSink: EventStreamSink, @unchecked Sendable {
    private var writer: any ResponseBodyWriter

    init(_ writer: any ResponseBodyWriter) {
        self.writer = writer
    }

    func write(_ bytes: ByteBuffer) async throws {
        try await self.writer.write(bytes)
    }

    /// Ends the response.
    func finish() async throws {
        try await self.writer.finish(nil)
    }
}
