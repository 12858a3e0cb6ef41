import ServerSentEvents
import Testing

@testable import SSEBroker

struct EventFrameTests {
    @available(SwiftSSE 1.0, *)
    @Test func `A frame is a chunk with the event in it`() throws {
        let frame = try EventFrame(ServerSentEvent(type: "t", data: "a\nb", id: "1"))
        let event = "event: t\ndata: a\ndata: b\nid: 1\n\n"
        #expect(
            String(decoding: frame.event, as: UTF8.self).split(separator: "\n").sorted()
                == event.split(separator: "\n").sorted()
        )
        let size = String(frame.event.count, radix: 16)
        #expect(frame.chunk == Array("\(size)\r\n".utf8) + Array(frame.event) + Array("\r\n".utf8))
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [0, 1, 14, 15, 16, 255, 4000, 100_000])
    func `Frames of any size are read back`(count: Int) throws {
        let event = ServerSentEvent(data: String(repeating: "é\n", count: count))
        let record = try LogRecord(position: EventPosition(epoch: 1, sequence: 2), topics: ["t"], event: event)
        #expect(record.event.data == event.data)
        #expect(record.event.id == "#1-2")
        #expect(record.id == "#1-2")
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [(1, 0), (0, 35), (36, 1295), (1, 1_000_000), (UInt64.max, UInt64.max)])
    func `An event at a position is the event with that id`(epoch: UInt64, sequence: UInt64) throws {
        let position = EventPosition(epoch: epoch, sequence: sequence)
        // Around the lengths at which that of the chunk gets a digit more.
        let counts = [0, 1, 2, 3, 4, 5, 6, 7, 8, 200, 230, 235, 236, 237, 238, 239, 240, 241, 242, 243, 4070, 4085]
        let events = counts.map { ServerSentEvent(data: String(repeating: "x", count: $0)) }
        for event in events + [ServerSentEvent(data: "a\nb"), ServerSentEvent(type: "t", data: "")] {
            var expected = event
            expected.id = try ServerSentEvent.EventID(position.wireID)
            let frame = try EventFrame(event, at: position)
            let bytes = try EventStreamEncoder().encode(expected)
            let size = Array("\(String(bytes.count, radix: 16))\r\n".utf8)
            #expect(frame.chunk == size + bytes + Array("\r\n".utf8))
            #expect(try frame.chunk == EventFrame(expected).chunk)
            #expect(EventPosition(wireID: position.wireID) == position)
            #expect(position.wireID == "#\(String(epoch, radix: 36))-\(String(sequence, radix: 36))")
        }
    }
}
