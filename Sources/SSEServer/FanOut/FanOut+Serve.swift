internal import SSEBroker
internal import ServerSentEvents
internal import ServiceLifecycle
public import NIOCore

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

@available(SwiftSSE 1.0, *)
extension FanOut {
    /// Serves a client by a writer, where there is no channel to be had: a task sends each event. Returns when the
    /// broker has been shut down and everything is sent, or when events are missing and the broker's policy ends such a
    /// stream.
    package func serve(_ admission: Admission, to writer: EventStreamWriter) async throws {
        precondition(admission.use(), "An admission is for one stream.")
        // Not what ``drain(over:retry:timeout:)`` waits for: this ends with the broker, or with the task.
        self.places.giveBack()
        defer { admission.onEnd?() }
        let tellsPositions = self.configuration.tellsPositions
        let interval = self.configuration.heartbeatInterval
        try await self.broker.withSubscription(to: admission.selection, at: admission.cursor) { items in
            var iterator = items.makeAsyncIterator()
            // What the client's last event ID says, as soon as it has been given one here.
            var told: EventPosition?
            func tell() async throws {
                let position = items.position
                guard tellsPositions, told != position else { return }
                try await writer.send(bytes: StreamMessage.bytes(position))
                told = position
            }
            // At once, if there is nothing to send.
            var limit: Duration? = .zero
            do {
                while true {
                    switch try await iterator.next(waitingAtMost: limit) {
                    case .item(.event(let record)):
                        if admission.details == .topics {
                            var budget = MatchBudget.unlimited
                            let telling = TopicTelling(admission.selection)
                            try await writer.send(bytes: Array(telling.tell(record, &budget).frame.event))
                        } else {
                            try await writer.send(record.event)
                        }
                        told = record.position
                        limit = interval
                    case .item(.gap(let reason)):
                        try await writer.send(StreamMessage.gapEvent(reason))
                        (told, limit) = (nil, .zero)
                    case .idle:
                        try await tell()
                        limit = interval
                    case .end:
                        return try await tell()
                    }
                }
            } catch let error as BrokerError where error.code == .eventsMissed {
                // The client comes back with where it was, and is told.
                try await tell()
            }
        }
    }
}
