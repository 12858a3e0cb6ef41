internal import SSEBroker
internal import Testing

struct LogSliceTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `What is too long is cut behind the last event that fits, and the cursor is that event's number`() throws {
        let all = try records(["one", "two", "three", "four"], from: 5)
        let sizes = all.map(\.frame.chunk.count)
        for limit in 0...sizes.reduce(10, +) {
            var slice = LogSlice(records: all, cursor: 30, isMissingEvents: true)
            slice.truncate(toBytes: limit)
            // One is taken whatever its size, or nobody would ever come past it.
            let count = (1...4).last { sizes[..<$0].reduce(0, +) <= limit } ?? 1
            #expect(slice.records.map(\.position) == all[..<count].map(\.position))
            #expect(slice.cursor == (count == 4 ? 30 : all[count - 1].position.sequence))
            #expect(slice.isMissingEvents)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Nothing stays nothing`() {
        var slice = LogSlice(records: [], cursor: 30, isMissingEvents: false)
        slice.truncate(toBytes: 0)
        #expect(slice.records.isEmpty)
        #expect(slice.cursor == 30)
    }
}
