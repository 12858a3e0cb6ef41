internal import NIOCore
internal import SSEBroker
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

struct FrameBatchTests {
    @Test(arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func `Wherever a batch is cut, the mark is that of the event that is cut`(isChunked: Bool) throws {
        let records = try records(["", "one", "two\nlines", String(repeating: "x", count: 300), ""], from: 7)
        for count in 1...records.count {
            let batch = FrameBatch(records[..<count], cursor: 20, isChunked ? .chunked : .plain)
            var cut = 0
            for record in records[..<count] {
                let byteCount = isChunked ? record.frame.chunk.count : record.frame.event.count
                for end in cut..<(cut + byteCount) {
                    let mark = batch.marks[batch.index(cutAt: end)]
                    #expect(mark.end == cut + byteCount)
                    #expect(mark.sequence == record.position.sequence)
                }
                cut += byteCount
            }
            #expect(cut == batch.bytes.readableBytes)
            #expect(batch.marks.count == count)
            #expect(batch.cursor == 20)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The bytes are those of the events, one after the other, in the framing that is asked for`() throws {
        let records = try records(["one", "two"])
        let chunked = FrameBatch(records, cursor: 2, .chunked)
        #expect(Array(chunked.bytes.readableBytesView) == records.flatMap(\.frame.chunk))
        let plain = FrameBatch(records, cursor: 2, .plain)
        #expect(String(buffer: plain.bytes) == "id: #1-1\ndata: one\n\nid: #1-2\ndata: two\n\n")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Whoever has got a batch has come to its cursor, and whoever has got some of it to the last event of that`()
        throws
    {
        var all = try records(["one", "two"], from: 5)
        let own = ServerSentEvent(data: "three", id: "own")
        all.append(try LogRecord(position: EventPosition(epoch: 1, sequence: 7), topics: ["a"], event: own))
        let batch = FrameBatch(all, cursor: 9, .plain)
        #expect(batch.end == StreamPosition(cursor: 9, id: 7, isOwnID: true))
        #expect(batch.position(at: batch.marks[0]) == StreamPosition(cursor: 5, id: 5, isOwnID: false))
        #expect(batch.position(at: batch.marks[2]) == batch.end)
        #expect(!FrameBatch(all[..<2], cursor: 9, .plain).end.isOwnID)
    }
}
