internal import ServerSentEvents
internal import Testing

struct ServerSentEventTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `An event is a message without id and reconnection time unless told otherwise`() {
        for event in [ServerSentEvent(data: "x"), ServerSentEvent(bytes: [0x78])] {
            #expect(event.type == .message)
            #expect(event.id == nil)
            #expect(event.retry == nil)
            #expect(event.data == "x")
            #expect(event.bytes == [0x78])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Text and bytes are two views of the same data`() {
        var event = ServerSentEvent(data: "é")
        #expect(event.bytes == [0xC3, 0xA9])
        event.bytes = [0x41, 0xFF]
        #expect(event.data == "A\u{FFFD}")
        #expect(event.bytes == [0x41, 0xFF])
        event.data = "z"
        #expect(event.bytes == [0x7A])
    }

    @Test(arguments: ["", "x", "é and more than fifteen bytes"])
    @available(SwiftSSE 1.0, *)
    func `The bytes can be read in place`(_ text: String) {
        for event in [ServerSentEvent(data: text), ServerSentEvent(bytes: Array(text.utf8))] {
            let bytes = event.withBytes { span in
                span.indices.map { span[$0] }
            }
            #expect(bytes == Array(text.utf8))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An error of the closure comes out as it is`() {
        struct Failure: Error, Equatable {
            var count: Int
        }
        #expect(throws: Failure(count: 2)) {
            try ServerSentEvent(data: "ab").withBytes { (bytes) throws(Failure) in throw Failure(count: bytes.count) }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Events are equal if all their parts are, byte for byte, be the data text or bytes`() {
        let event = ServerSentEvent(type: "t", data: "é", id: "1", retry: .seconds(1))
        let fromBytes = ServerSentEvent(type: "t", bytes: [0xC3, 0xA9], id: "1", retry: .seconds(1))
        #expect(event == fromBytes)
        #expect(event.hashValue == fromBytes.hashValue)

        let others = [
            ServerSentEvent(type: "u", data: "é", id: "1", retry: .seconds(1)),
            ServerSentEvent(type: "t", data: "e\u{301}", id: "1", retry: .seconds(1)),
            ServerSentEvent(type: "t", data: "é", id: "2", retry: .seconds(1)),
            ServerSentEvent(type: "t", data: "é", id: "", retry: .seconds(1)),
            ServerSentEvent(type: "t", data: "é", id: nil, retry: .seconds(1)),
            ServerSentEvent(type: "t", data: "é", id: "1", retry: .seconds(2)),
            ServerSentEvent(type: "t", data: "é", id: "1", retry: nil),
            ServerSentEvent(type: "t", bytes: [0xC3], id: "1", retry: .seconds(1)),
        ]
        for other in others { #expect(event != other) }
        #expect(Set(others + [event, fromBytes]).count == others.count + 1)
    }

    @Test(
        arguments: ["", "short", "fifteen bytes !", "a text of more than fifteen bytes"],
        ["", "short", "é", "fifteen bytes !", "sixteen bytes !!", "a text of more than fifteen bytes"]
    )
    @available(SwiftSSE 1.0, *)
    func `Every part can be changed, and the others stay as they are`(before: String, after: String) throws {
        let types = try [before, after].map { $0.isEmpty ? .message : try ServerSentEvent.EventType($0) }
        let ids = try [before, after].map { $0.isEmpty ? nil : try ServerSentEvent.EventID($0) }
        for isBytes in [false, true] {
            let original =
                isBytes
                ? ServerSentEvent(type: types[0], bytes: Array(before.utf8), id: ids[0], retry: .seconds(1))
                : ServerSentEvent(type: types[0], data: before, id: ids[0], retry: .seconds(1))
            var event = original
            event.type = types[1]
            #expect(event == ServerSentEvent(type: types[1], data: before, id: ids[0], retry: .seconds(1)))
            event.id = ids[1]
            #expect(event == ServerSentEvent(type: types[1], data: before, id: ids[1], retry: .seconds(1)))
            event.retry = nil
            #expect(event == ServerSentEvent(type: types[1], data: before, id: ids[1]))
            event.data = after
            #expect(event == ServerSentEvent(type: types[1], data: after, id: ids[1]))
            event.bytes = Array(before.utf8)
            #expect(event == ServerSentEvent(type: types[1], data: before, id: ids[1]))
            event.id = nil
            event.type = .message
            #expect(event == ServerSentEvent(data: before))
            #expect(original == ServerSentEvent(type: types[0], data: before, id: ids[0], retry: .seconds(1)))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event without an id differs from one with an empty id`() {
        var event = ServerSentEvent(data: "x", id: .empty)
        #expect(event.id == .empty)
        #expect(event != ServerSentEvent(data: "x"))
        event.id = nil
        #expect(event.id == nil)
        #expect(event == ServerSentEvent(data: "x"))
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event is described in one line`() {
        #expect(ServerSentEvent(data: "a\nb").description == #"ServerSentEvent(type: message, data: "a\nb")"#)
        let event = ServerSentEvent(type: "t", data: "", id: "1", retry: .seconds(1))
        #expect(event.description == #"ServerSentEvent(type: t, data: "", id: "1", retry: 1000 ms)"#)
    }
}
