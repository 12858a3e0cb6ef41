public import NIOCore
public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension ByteBuffer {
    /// Appends the bytes of events; room is made once and every byte is written once.
    ///
    /// - Parameters:
    ///   - events: The events.
    ///   - encoder: What encodes them.
    /// - Throws: `ServerSentEventsError` for an event that cannot be encoded; then nothing has been written.
    public mutating func writeServerSentEvents(
        _ events: some Collection<ServerSentEvent>,
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) throws(ServerSentEventsError) {
        var count = 0
        for event in events { count += try encoder.encodedByteCount(of: event) }
        self.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { memory in
            memory.withMemoryRebound(to: UInt8.self) { bytes in
                var written = 0
                for event in events {
                    written += encoder.write(event, to: UnsafeMutableBufferPointer(rebasing: bytes[written...]))
                }
                return written
            }
        }
    }

    /// Appends the bytes of an event.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - encoder: What encodes it.
    /// - Throws: `ServerSentEventsError` if the event cannot be encoded; then nothing has been written.
    public mutating func writeServerSentEvent(
        _ event: ServerSentEvent,
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) throws(ServerSentEventsError) {
        try self.writeServerSentEvents(CollectionOfOne(event), encoder: encoder)
    }
}
