internal import NIOCore
internal import SSEBroker
internal import Testing

@testable internal import SSEServer

struct StreamMessageTests {
    @Test(arguments: GapReason.allCases.map(\.rawValue))
    @available(SwiftSSE 1.0, *)
    func `Each reason is told by an event of the type gap without an id`(reason: String) throws {
        let message = StreamMessage.gap(try #require(GapReason(rawValue: reason)))
        #expect(String(decoding: message.bytes, as: UTF8.self) == "event: gap\ndata: \(reason)\n\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A position is an id by itself, with a heartbeat behind its comment`() {
        let position = EventPosition(epoch: 36, sequence: 37)
        #expect(String(decoding: StreamMessage.position(position).bytes, as: UTF8.self) == "id: #10-11\n\n")
        #expect(String(decoding: StreamMessage.heartbeat(position).bytes, as: UTF8.self) == ":\nid: #10-11\n\n")
        #expect(String(decoding: StreamMessage.heartbeat(nil).bytes, as: UTF8.self) == ":\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A message is in a chunk where the stream has chunks, and what is kept is not taken for another`() {
        var frames = MessageFrames()
        for message in [StreamMessage.heartbeat(nil), .gap(.overrun), .heartbeat(nil)] {
            let plain = String(decoding: message.bytes, as: UTF8.self)
            for _ in 1...2 { #expect(String(buffer: frames.bytes(message, .plain)) == plain) }
            let chunk = "\(String(plain.utf8.count, radix: 16))\r\n\(plain)\r\n"
            #expect(String(buffer: frames.bytes(message, .chunked)) == chunk)
        }
    }
}
