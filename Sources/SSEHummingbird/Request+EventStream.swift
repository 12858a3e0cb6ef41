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
