internal import ServerSentEvents
internal import Testing

/// The exact bytes of small events.
struct EncodedBytesTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var type: String?
        var data: String
        var id: String?
        var retry: UInt32?
        var text: String

        var testDescription: String { self.text.debugDescription }

        init(_ data: String, type: String? = nil, id: String? = nil, retry: UInt32? = nil, _ text: String) {
            self.type = type
            self.data = data
            self.id = id
            self.retry = retry
            self.text = text
        }

        @available(SwiftSSE 1.0, *)
        func event() throws -> ServerSentEvent {
            ServerSentEvent(
                type: try self.type.map { try ServerSentEvent.EventType($0) } ?? .message,
                data: self.data,
                id: try self.id.map { try ServerSentEvent.EventID($0) },
                retry: self.retry.map { .milliseconds($0) }
            )
        }
    }

    static let examples = [
        Example("x", "data: x\n\n"),
        Example("", "data:\n\n"),
        Example("x", type: "t", id: "1", retry: 5, "event: t\nid: 1\nretry: 5\ndata: x\n\n"),
        Example("x", type: "message", "data: x\n\n"),
        Example("x", type: "Message", "event: Message\ndata: x\n\n"),
        Example("x", id: "", "id:\ndata: x\n\n"),
        Example("x", id: " ", "id:  \ndata: x\n\n"),
        Example("x", type: " t", "event:  t\ndata: x\n\n"),
        Example("x", type: "a\0", "event: a\0\ndata: x\n\n"),
        Example("x", retry: 0, "retry: 0\ndata: x\n\n"),
        Example("x", retry: .max, "retry: 4294967295\ndata: x\n\n"),
        Example("", type: "t", id: "", retry: 0, "event: t\nid:\nretry: 0\ndata:\n\n"),
        Example(" x", "data:  x\n\n"),
        Example("  ", "data:   \n\n"),
        Example("\tx", "data: \tx\n\n"),
        Example(":x", "data: :x\n\n"),
        Example("x\n", "data: x\ndata:\n\n"),
        Example("\nx", "data:\ndata: x\n\n"),
        Example("\n", "data:\ndata:\n\n"),
        Example("\n\n\n", "data:\ndata:\ndata:\ndata:\n\n"),
        Example("\r", "data:\ndata:\n\n"),
        Example("\r\n", "data:\ndata:\n\n"),
        Example("\n\r", "data:\ndata:\ndata:\n\n"),
        Example("a\nb", "data: a\ndata: b\n\n"),
        Example("a\rb", "data: a\ndata: b\n\n"),
        Example("a\r\nb", "data: a\ndata: b\n\n"),
        Example("a\r\rb\n\nc", "data: a\ndata:\ndata: b\ndata:\ndata: c\n\n"),
        Example("a\n b", "data: a\ndata:  b\n\n"),
        Example("é\u{2028}😀\0", "data: é\u{2028}😀\0\n\n"),
        Example("\u{FEFF}", "data: \u{FEFF}\n\n"),
    ]

    @Test(arguments: examples)
    @available(SwiftSSE 1.0, *)
    func `An event has these bytes`(_ example: Example) throws {
        let event = try example.event()
        let encoder = EventStreamEncoder()
        #expect(ByteText(try encoder.encode(event)) == ByteText(example.text))
        #expect(try encoder.encodedByteCount(of: event) == example.text.utf8.count)
    }

    @Test(arguments: examples)
    @available(SwiftSSE 1.0, *)
    func `Data given as bytes that are text is encoded like the text`(_ example: Example) throws {
        var event = try example.event()
        event.bytes = Array(example.data.utf8)
        #expect(ByteText(try EventStreamEncoder().encode(event)) == ByteText(example.text))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Several events are the bytes of each, one after the other`() throws {
        let events = try Self.examples.map { try $0.event() }
        let bytes = try EventStreamEncoder().encode(contentsOf: events)
        #expect(ByteText(bytes) == ByteText(Self.examples.map(\.text).joined()))
        #expect(try EventStreamEncoder().encode(contentsOf: []) == [])
        #expect(try EventStreamEncoder().encode(contentsOf: events.prefix(0)) == [])
    }

    @Test(arguments: examples)
    @available(SwiftSSE 1.0, *)
    func `Writing leaves what follows the event as it was`(_ example: Example) throws {
        let event = try example.event()
        var memory = [UInt8](repeating: 0xAA, count: example.text.utf8.count + 16)
        let count = memory.withUnsafeMutableBufferPointer { EventStreamEncoder().write(event, to: $0) }
        #expect(count == example.text.utf8.count)
        #expect(ByteText(memory[..<count]) == ByteText(example.text))
        #expect(memory[count...].allSatisfy { $0 == 0xAA })
    }

    @Test(
        arguments: [(0, "retry: 0\n\n"), (3000, "retry: 3000\n\n"), (.max, "retry: 9223372036854775807\n\n")]
            as [(Int64, String)]
    )
    @available(SwiftSSE 1.0, *)
    func `A reconnection time alone is a field and an empty line`(milliseconds: Int64, text: String) throws {
        let time = try ServerSentEvent.ReconnectionTime(.milliseconds(milliseconds))
        let bytes = EventStreamEncoder().encode(retry: time)
        #expect(ByteText(bytes) == ByteText(text))
        #expect(Outcome.parsing([bytes]) == Outcome([.retry(milliseconds)], reconnectionTime: milliseconds))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The largest reconnection time goes through an event`() throws {
        let time = try ServerSentEvent.ReconnectionTime(.milliseconds(Int64.max))
        let bytes = try EventStreamEncoder().encode(ServerSentEvent(data: "x", retry: time))
        #expect(ByteText(bytes) == "retry: 9223372036854775807\ndata: x\n\n")
        #expect(Outcome.parsing([bytes]).findings == [.retry(.max), .event("x", retry: .max)])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `By default data is written as text`() {
        #expect(EventStreamEncoder().dataEncoding == .text)
        #expect(EventStreamEncoder() != EventStreamEncoder(dataEncoding: .base64))
    }
}
