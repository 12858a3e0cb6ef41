internal import SSEBroker
public import NIOCore
public import NIOHTTP1

/// Answers a request with an event stream, on a NIO channel of `HTTPServerResponsePart`s: head, events and end.
///
/// ```swift
/// try await channel.executeThenClose { inbound, outbound in
///     for try await part in inbound {
///         guard case .head(let request) = part else { continue }
///         let canReuse = try await withEventStreamResponse(to: request, on: channel.channel, outbound) { writer in
///             try await writer.send(ServerSentEvent(data: "Hello"))
///         }
///         if !canReuse { break }
///     }
/// }
/// ```
///
/// A `HEAD` request is answered with the head only. To a client of HTTP/1.0 the body is sent as it is, without chunks,
/// and ended by closing the connection.
///
/// - Parameters:
///   - request: The head of the request.
///   - channel: The channel the request came from; when it closes, the client has left.
///   - outbound: The channel's writer.
///   - status: The response's status.
///   - headers: The response's headers; what an event stream needs is added.
///   - prelude: Bytes before the first event; they must be whole lines of an event stream.
///   - configuration: Keep-alive, deadline, encoding.
///   - body: Sends the events. The response ends when it returns.
/// - Returns: Whether the connection can serve another request. If not, close it.
/// - Throws: As ``withEventStream(to:configuration:clock:onDisconnect:_:)``.
@available(SwiftSSE 1.0, *)
public func withEventStreamResponse(
    to request: HTTPRequestHead,
    on channel: any Channel,
    _ outbound: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>,
    status: HTTPResponseStatus = .ok,
    headers: HTTPHeaders = [:],
    prelude: ByteBuffer? = nil,
    configuration: EventStreamConfiguration = .defaults,
    _ body: @escaping @Sendable (EventStreamWriter) async throws -> Void
) async throws -> Bool {
    var head = HTTPResponseHead(version: request.version, status: status, headers: headers)
    head.headers.prepareForEventStream()
    let isPersistent = request.isKeepAlive && request.version == .http1_1
    if !isPersistent { head.headers.replaceOrAdd(name: "Connection", value: "close") }

    let responseHead = head
    try await withWriteTimeout(configuration.writeTimeout) {
        try await outbound.write(.head(responseHead))
        guard request.method != .HEAD, let prelude else { return }
        try await outbound.write(.body(.byteBuffer(prelude)))
    }
    guard request.method != .HEAD else { return false }

    let end = try await withPeerWatch(of: channel, configuration) {
        try await withEventStream(
            to: HTTPServerResponsePartSink(outbound),
            configuration: configuration,
            onDisconnect: { clientHasLeft in channel.closeFuture.whenComplete { _ in clientHasLeft() } },
            body
        )
    }
    guard end != .clientDisconnected else { return false }
    try await withWriteTimeout(configuration.writeTimeout) { try await outbound.write(.end(nil)) }
    return isPersistent && end == .completed
}

/// Closes a connection whose other end is gone, while a stream is written to it by a body.
///
/// A write's deadline sees only what the socket refuses, and the system takes megabytes for a client whose network
/// swallows everything: a few words a second would go on for a quarter of an hour. So the socket is looked at each
/// second, and the connection is closed when nothing at all has come back for the timeout.
///
/// - Parameters:
///   - channel: The connection's channel, or that of a stream of HTTP/2 on it. What is no socket is not watched.
///   - configuration: The time that the other end has to answer, and whether something is sent that it can answer;
///     otherwise the system asks it.
///   - body: Writes the stream. It has to end when the channel is closed.
@available(SwiftSSE 1.0, *)
package func withPeerWatch<Result>(
    of channel: any Channel,
    _ configuration: EventStreamConfiguration,
    _ body: () async throws -> Result
) async throws -> Result {
    guard let timeout = configuration.writeTimeout.asLimit else {
        return try await body()
    }
    let interval = min(.seconds(1), timeout)
    let isAsked = configuration.keepAliveInterval.asLimit == nil
    let start = (watch: AcknowledgementWatch(), tick: UInt32(0))
    let state = NIOLoopBoundBox.makeBoxSendingValue(start, eventLoop: channel.eventLoop)
    let look = channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: TimeAmount(interval)) { task in
        guard let connection = channel.connection else { return task.cancel() }
        let descriptor = connection.descriptor
        if state.value.tick == 0, isAsked {
            SocketQueue.keepAlive(descriptor, KeepAlive(within: UInt32(clamping: timeout.components.seconds)))
        }
        state.value.tick += 1
        let silence = state.value.watch.look(SocketQueue.peer(of: descriptor), tick: state.value.tick)
        guard interval * Int(silence) >= timeout else { return }
        connection.abort()
        task.cancel()
    }
    defer { look.cancel() }
    return try await body()
}
