public import NIOCore
internal import SSEBroker
internal import ServiceLifecycle

@available(SwiftSSE 1.0, *)
extension FanOut {
    /// Serves a client on a channel of your own, such as a stream of HTTP/2, until its stream is over.
    ///
    /// ```swift
    /// let admission = try await fanOut.admission(to: TopicSelection("news"), from: .latest)
    /// // … write the response's head into the channel, then:
    /// try await fanOut.serve(admission, on: channel, as: .httpServerResponsePart)
    /// ```
    ///
    /// A graceful shutdown ends the stream in order. Cancelling the task closes the channel.
    ///
    /// - Parameters:
    ///   - admission: The client's place.
    ///   - channel: The channel. The response's head has been written into it.
    ///   - parts: What the last handler of the channel's pipeline takes.
    /// - Throws: `ChannelError` if the channel is closed already; `CancellationError`.
    public func serve(_ admission: Admission, on channel: any Channel, as parts: ResponseParts) async throws {
        try await self.serve(admission, on: channel) { _ in .behind(parts) }
    }

    /// Serves a client until its stream is over.
    ///
    /// - Parameter findPlace: Tells, on the event loop, where in the channel's pipeline the subscriber goes.
    package func serve(
        _ admission: Admission,
        on channel: any Channel,
        at findPlace: @escaping @Sendable (any Channel) throws -> StreamPlace
    ) async throws {
        let eventLoop = channel.eventLoop
        let isOver = eventLoop.makePromise(of: Void.self)
        let stream = try await eventLoop.submit {
            do {
                return try self.attach(channel, admission, at: try findPlace(channel), promise: isOver)
            } catch {
                isOver.fail(error)
                throw error
            }
        }.get()
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await isOver.futureResult.get()
            } onGracefulShutdown: {
                eventLoop.execute { stream.end() }
            }
        } onCancel: {
            eventLoop.execute { stream.cut() }
        }
        try Task.checkCancellation()
    }

    /// Serves a client on a channel of your own, from the channel's event loop.
    ///
    /// - Parameters:
    ///   - admission: The client's place.
    ///   - channel: The channel. The response's head has been written into it.
    ///   - parts: What the last handler of the channel's pipeline takes.
    /// - Returns: What is fulfilled when the stream is over.
    /// - Throws: `ChannelError` if the channel is closed already.
    public func attach(
        _ admission: Admission,
        to channel: any Channel,
        as parts: ResponseParts
    ) throws -> EventLoopFuture<Void> {
        let isOver = channel.eventLoop.makePromise(of: Void.self)
        do {
            _ = try self.attach(channel, admission, at: .behind(parts), promise: isOver)
        } catch {
            isOver.fail(error)
            throw error
        }
        return isOver.futureResult
    }
}

/// A stream that a fan-out serves, for whoever ends it. On the stream's event loop.
@available(SwiftSSE 1.0, *)
package struct ServedStream: Sendable {
    let shard: NIOLoopBound<Shard>
    let id: StreamID

    init(_ shard: Shard, _ id: StreamID) {
        self.shard = NIOLoopBound(shard, eventLoop: shard.eventLoop)
        self.id = id
    }

    /// Ends it in order.
    func end() { self.shard.value.end(self.id) }

    /// Closes its connection as it is.
    func cut() { self.shard.value.cut(self.id, .shutdown) }
}
