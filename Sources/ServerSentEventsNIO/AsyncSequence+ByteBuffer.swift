public import NIOCore
public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension AsyncSequence where Element == ByteBuffer {
    /// The events in a stream of buffers, such as a request's or a response's body.
    ///
    /// - Parameters:
    ///   - configuration: The parser's settings.
    ///   - lastEventID: The last event ID in force at the beginning.
    /// - Returns: The events, as a sequence that throws what the source throws, and `ServerSentEventsError`.
    public func serverSentEvents(
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> ServerSentEventSequence<AsyncMapSequence<Self, ByteBufferView>> {
        self.map(\.readableBytesView).serverSentEvents(configuration: configuration, lastEventID: lastEventID)
    }

    /// All that is in a stream of buffers: events, and comments, reconnection times and ids on their own.
    ///
    /// - Parameters:
    ///   - configuration: The parser's settings; comments are reported if it says so.
    ///   - lastEventID: The last event ID in force at the beginning.
    /// - Returns: The items, as a sequence that throws what the source throws, and `ServerSentEventsError`.
    public func eventStreamItems(
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> EventStreamItemSequence<AsyncMapSequence<Self, ByteBufferView>> {
        self.map(\.readableBytesView).eventStreamItems(configuration: configuration, lastEventID: lastEventID)
    }
}

@available(SwiftSSE 1.0, *)
extension AsyncSequence where Element == ServerSentEvent {
    /// The bytes of a stream of events, one buffer an event.
    ///
    /// - Parameters:
    ///   - encoder: What encodes the events.
    ///   - allocator: What makes the buffers.
    /// - Returns: The buffers, as a sequence that throws what the source throws, and `ServerSentEventsError` for an
    ///   event that cannot be encoded.
    public func eventStreamBuffers(
        encoder: EventStreamEncoder = EventStreamEncoder(),
        allocator: ByteBufferAllocator = ByteBufferAllocator()
    ) -> AsyncThrowingMapSequence<Self, ByteBuffer> {
        self.map { (event) throws in
            var buffer = allocator.buffer(capacity: 0)
            try buffer.writeServerSentEvent(event, encoder: encoder)
            return buffer
        }
    }
}
