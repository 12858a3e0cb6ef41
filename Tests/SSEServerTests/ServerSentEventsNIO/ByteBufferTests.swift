internal import NIOCore
internal import ServerSentEvents
internal import ServerSentEventsNIO
internal import Testing

/// The codec on NIO's buffers.
struct ByteBufferTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Events are appended to what a buffer holds, byte for byte as the encoder makes them`() throws {
        let events = [ServerSentEvent(type: "a", data: "1\n2", id: "7"), ServerSentEvent(data: "")]
        var buffer = ByteBuffer(string: "before:")
        try buffer.writeServerSentEvents(events)
        try buffer.writeServerSentEvent(ServerSentEvent(data: "last"))
        let encoder = EventStreamEncoder()
        let expected =
            try Array("before:".utf8) + encoder.encode(contentsOf: events)
            + encoder.encode(ServerSentEvent(data: "last"))
        #expect(Array(buffer.readableBytesView) == expected)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `No events are no bytes`() throws {
        var buffer = ByteBuffer()
        try buffer.writeServerSentEvents([])
        #expect(buffer.readableBytes == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that cannot be encoded leaves the buffer as it was, whatever stands before it`() throws {
        var buffer = ByteBuffer(string: "before")
        #expect(throws: ServerSentEventsError.self) {
            try buffer.writeServerSentEvents([ServerSentEvent(data: "1"), ServerSentEvent(bytes: [0xff])])
        }
        #expect(buffer == ByteBuffer(string: "before"))
        try buffer.writeServerSentEvent(
            ServerSentEvent(bytes: [0xff]),
            encoder: EventStreamEncoder(dataEncoding: .base64)
        )
        #expect(buffer == ByteBuffer(string: "beforedata: /w==\n\n"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream of buffers is a stream of events, wherever it is cut`() async throws {
        let text = "id: 7\ndata: 1\ndata: 2\n\n: comment\ndata: 3\n\ndata: unfinished"
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            // Slices, so that a buffer's indices do not begin with zero.
            let all = ByteBuffer(bytes: bytes)
            let buffers = try [
                #require(all.getSlice(at: 0, length: split)),
                #require(all.getSlice(at: split, length: bytes.count - split)),
            ]
            var events: [ServerSentEvent] = []
            for try await event in Self.stream(buffers).serverSentEvents() { events.append(event) }
            #expect(
                events == [ServerSentEvent(data: "1\n2", id: "7"), ServerSentEvent(data: "3")],
                "split at \(split)"
            )
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream of buffers has items besides events`() async throws {
        let buffers = [ByteBuffer(string: "retry: 5\n\nda"), ByteBuffer(string: "ta: 1\n\n")]
        var items: [EventStreamItem] = []
        for try await item in Self.stream(buffers).eventStreamItems() { items.append(item) }
        #expect(items == [.retry(.milliseconds(5)), .event(ServerSentEvent(data: "1"))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream of events is a stream of buffers, one an event`() async throws {
        let events = [ServerSentEvent(data: "1"), ServerSentEvent(data: "2")]
        var buffers: [ByteBuffer] = []
        for try await buffer in Self.stream(events).eventStreamBuffers() { buffers.append(buffer) }
        #expect(buffers == [ByteBuffer(string: "data: 1\n\n"), ByteBuffer(string: "data: 2\n\n")])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A stream of events with one that cannot be encoded throws there`() async throws {
        let events = [ServerSentEvent(data: "1"), ServerSentEvent(bytes: [0xff]), ServerSentEvent(data: "2")]
        var buffers: [ByteBuffer] = []
        await #expect(throws: ServerSentEventsError.self) {
            for try await buffer in Self.stream(events).eventStreamBuffers() { buffers.append(buffer) }
        }
        #expect(buffers == [ByteBuffer(string: "data: 1\n\n")])
    }

    @available(SwiftSSE 1.0, *)
    private static func stream<Element: Sendable>(_ elements: [Element]) -> AsyncStream<Element> {
        AsyncStream { continuation in
            for element in elements { continuation.yield(element) }
            continuation.finish()
        }
    }
}
