private import NIOCore
private import ServerSentEvents
private import ServiceLifecycle

/// Serves one event stream: hands a writer to a closure and carries what it sends to a sink.
///
/// While the closure runs, keep-alive comments are sent when nothing else is, and every write has a deadline. When the
/// client leaves, when a write takes too long, or when the application shuts down gracefully, the closure's task is
/// cancelled at once, even while it waits for something else, and its sends throw.
///
/// ```swift
/// try await withEventStream(to: MySink()) { writer in
///     for await price in prices {
///         try await writer.send(ServerSentEvent(type: "price", data: "\(price)"))
///     }
/// }
/// ```
///
/// This is what the responses for Hummingbird and NIO stand on; use it for any other way out.
///
/// - Parameters:
///   - sink: Where the bytes go. It is not used any more once the function has returned.
///   - configuration: Keep-alive, deadline, encoding.
///   - clock: What measures time.
///   - onDisconnect: Is called once, before anything else, with a closure that you call when the client has left. Leave
///     it out where only a failing write can tell.
///   - body: Sends the events. The stream ends when it returns.
/// - Returns: How the stream ended, if by one of the ordinary ways.
/// - Throws: What `body` throws, unless the stream ended before; ``SSEServerError`` with the code
///   ``SSEServerError/Code/writeTimedOut``; `CancellationError` if the calling task is cancelled.
@available(SwiftSSE 1.0, *)
@discardableResult
public func withEventStream<Sink: EventStreamSink, ClockType: Clock<Duration>>(
    to sink: Sink,
    configuration: EventStreamConfiguration = .defaults,
    clock: ClockType = ContinuousClock(),
    onDisconnect: (_ clientHasLeft: @escaping @Sendable () -> Void) -> Void = { _ in },
    _ body: @escaping @Sendable (EventStreamWriter) async throws -> Void
) async throws -> EventStreamEnd {
    let outbox = Outbox(configuration: configuration, clock: clock)
    // Weak, since who keeps this closure may live longer than the stream, as a connection does.
    onDisconnect { [weak outbox] in outbox?.end(.clientDisconnected(), waitsForCurrent: false) }

    let (end, bodyResult) = await withTaskCancellationHandler {
        await withGracefulShutdownHandler {
            await run(body, configuration, outbox, sink)
        } onGracefulShutdown: {
            outbox.end(.shuttingDown, waitsForCurrent: true)
        }
    } onCancel: {
        outbox.end(.streamEnded, waitsForCurrent: false)
    }

    switch end?.code {
    case nil:
        // A body may well return because it has been cancelled.
        try Task.checkCancellation()
        return .completed
    case .clientDisconnected:
        return .clientDisconnected
    case .shuttingDown:
        return .shuttingDown
    case .streamEnded:
        // Either the body threw, or this task was cancelled.
        try Task.checkCancellation()
        try bodyResult.get()
        return .completed
    case _?:
        throw end ?? .streamEnded
    }
}

/// Runs the three tasks of a stream, the body, the pump and the timer, until it has ended.
@available(SwiftSSE 1.0, *)
private func run<Sink: EventStreamSink, ClockType: Clock<Duration>>(
    _ body: @escaping @Sendable (EventStreamWriter) async throws -> Void,
    _ configuration: EventStreamConfiguration,
    _ outbox: Outbox<ClockType>,
    _ sink: Sink
) async -> (end: SSEServerError?, bodyResult: Result<Void, any Error>) {
    let writer = EventStreamWriter(encoder: configuration.encoder) { try await outbox.send($0) }
    let keepAlive = ByteBuffer(bytes: configuration.encoder.encode(comment: ""))

    return await withTaskGroup(of: Result<Void, any Error>?.self) { group in
        group.addTask {
            do {
                try await body(writer)
                outbox.finish()
                return .success(())
            } catch {
                outbox.end(.streamEnded, waitsForCurrent: true)
                return .failure(error)
            }
        }
        group.addTask {
            var sink = sink
            await outbox.pump(into: &sink)
            return nil
        }
        group.addTask {
            await outbox.watchTime(keepAlive: keepAlive)
            return nil
        }

        let end = await outbox.waitForEnd()
        group.cancelAll()
        var bodyResult: Result<Void, any Error> = .success(())
        for await result in group {
            if let result { bodyResult = result }
        }
        return (end, bodyResult)
    }
}
