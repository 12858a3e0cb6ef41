// Embedded Swift has no existential of an actor, by which a sequence runs where its reader does. There the parser is what one has.
#if !hasFeature(Embedded)
@available(SwiftSSE 1.0, *)
extension AsyncSequence where Element: Sequence<UInt8> {
    /// The events in a stream of byte chunks.
    ///
    /// Chunks can be `[UInt8]`, `ArraySlice<UInt8>`, `Data` or whatever else is a sequence of bytes, and may be cut
    /// anywhere. A chunk is asked for only when all events of the one before have been taken, so a slow consumer slows
    /// the source.
    ///
    /// ```swift
    /// for try await event in chunks.serverSentEvents() {
    ///     print(event.type, event.data)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - configuration: The parser's settings.
    ///   - lastEventID: The last event ID in force at the beginning.
    /// - Returns: The events, as a sequence that throws what the source throws, and ``ServerSentEventsError``.
    public func serverSentEvents(
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> ServerSentEventSequence<Self> {
        ServerSentEventSequence(
            base: self,
            parser: EventStreamParser(configuration: configuration, lastEventID: lastEventID)
        )
    }

    /// All that is in a stream of byte chunks: events, and comments, reconnection times and ids on their own.
    ///
    /// - Parameters:
    ///   - configuration: The parser's settings; comments are reported if it says so.
    ///   - lastEventID: The last event ID in force at the beginning.
    /// - Returns: The items, as a sequence that throws what the source throws, and ``ServerSentEventsError``.
    public func eventStreamItems(
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> EventStreamItemSequence<Self> {
        EventStreamItemSequence(
            base: self,
            parser: EventStreamParser(configuration: configuration, lastEventID: lastEventID)
        )
    }
}

@available(SwiftSSE 1.0, *)
extension AsyncSequence where Element == UInt8 {
    /// The events in a stream of single bytes, such as `URLSession.AsyncBytes`.
    ///
    /// Prefer a sequence of chunks where there is one: it is many times faster.
    ///
    /// - Parameters:
    ///   - configuration: The parser's settings.
    ///   - lastEventID: The last event ID in force at the beginning.
    /// - Returns: The events, as a sequence that throws what the source throws, and ``ServerSentEventsError``.
    public func serverSentEvents(
        configuration: EventStreamParser.Configuration = .defaults,
        lastEventID: ServerSentEvent.EventID = .empty
    ) -> ServerSentEventSequence<AsyncMapSequence<Self, CollectionOfOne<UInt8>>> {
        self.map { CollectionOfOne($0) }.serverSentEvents(configuration: configuration, lastEventID: lastEventID)
    }
}

@available(SwiftSSE 1.0, *)
extension AsyncSequence where Element == ServerSentEvent {
    /// The bytes of a stream of events, one chunk an event.
    ///
    /// - Parameter encoder: What encodes the events.
    /// - Returns: The chunks, as a sequence that throws what the source throws, and ``ServerSentEventsError`` for an
    ///   event that cannot be encoded.
    public func eventStreamChunks(
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) -> AsyncThrowingMapSequence<Self, [UInt8]> {
        self.map { (event) throws in try encoder.encode(event) }
    }
}
#endif
