internal import NIOCore
internal import SSEBroker
internal import Testing

@testable internal import SSEServer

struct FrameBatchTests {
    @Test("Wherever a batch is cut, the mark is that of the event that is cut", arguments: [false, true])
    @available(SwiftSSE 1.0, *)
    func marks(isChunked: Bool) throws {
        let records = try records(["", "one", "two\nlines", String(repeating: "x", count: 300), ""], from: 7)
        for count in 1...records.count {
            let batch = FrameBatch(records[..<count], after: 6, cursor: 20, isChunked ? .chunked : .plain)
            var cut = 0
            for record in records[..<count] {
                let byteCount = isChunked ? record.frame.chunk.count : record.frame.event.count
                for end in cut..<(cut + byteCount) {
                    let mark = batch.mark(cutAt: end)
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

    @Test("The bytes are those of the events, one after the other, in the framing that is asked for")
    @available(SwiftSSE 1.0, *)
    func bytes() throws {
        let records = try records(["one", "two"])
        let chunked = FrameBatch(records, after: 0, cursor: 2, .chunked)
        #expect(Array(chunked.bytes.readableBytesView) == records.flatMap(\.frame.chunk))
        let plain = FrameBatch(records, after: 0, cursor: 2, .plain)
        #expect(String(buffer: plain.bytes) == "id: #1-1\ndata: one\n\nid: #1-2\ndata: two\n\n")
    }

    @Test("A gap comes before all events, and whoever is cut within it has got none of them")
    @available(SwiftSSE 1.0, *)
    func gap() throws {
        let gap = GapFrames.frame(.overrun)
        let records = try records(["one"], from: 9)
        let batch = FrameBatch(records, gap: gap, after: 4, cursor: 9, .chunked)
        #expect(Array(batch.bytes.readableBytesView) == gap.chunk + records[0].frame.chunk)
        for count in gap.chunk.indices {
            #expect(batch.mark(cutAt: count).end == gap.chunk.count)
            #expect(batch.mark(cutAt: count).sequence < 9)
        }
        #expect(batch.mark(cutAt: gap.chunk.count).sequence == 9)
    }

    @Test("A batch without events has no bytes, but a cursor")
    @available(SwiftSSE 1.0, *)
    func empty() {
        let batch = FrameBatch([], after: 4, cursor: 9, .chunked)
        #expect(batch.bytes.readableBytes == 0)
        #expect(batch.cursor == 9)
    }
}
