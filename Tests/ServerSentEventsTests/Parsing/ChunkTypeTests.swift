internal import Foundation
internal import ServerSentEvents
internal import Testing

/// Whatever is a sequence of bytes can be a chunk.
struct ChunkTypeTests {
    private static let text = "id: 1\ndata: a\n\ndata: b\n\n"

    @available(SwiftSSE 1.0, *)
    private static let items: [EventStreamItem] = [
        .event(ServerSentEvent(data: "a", id: "1")), .event(ServerSentEvent(data: "b")),
    ]

    @Test
    @available(SwiftSSE 1.0, *)
    func `Arrays, slices, contiguous arrays, Data and a string's UTF-8 are chunks`() throws {
        let bytes = Array(Self.text.utf8)
        let slice = (Array("data: no\n\n".utf8) + bytes + Array("data: no\n\n".utf8)).dropFirst(10).dropLast(10)
        let dataSlice = (Data("data: no\n\n".utf8) + Data(bytes)).dropFirst(10)
        #expect(try self.parse(bytes) == Self.items)
        #expect(try self.parse(slice) == Self.items)
        #expect(try self.parse(ContiguousArray(bytes)) == Self.items)
        #expect(try self.parse(Data(bytes)) == Self.items)
        #expect(try self.parse(dataSlice) == Self.items)
        #expect(try self.parse(Self.text.utf8) == Self.items)
        #expect(try self.parse(Self.text[...].utf8) == Self.items)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Sequences whose bytes do not lie in one place are chunks too`() throws {
        let bytes = Array(Self.text.utf8)
        #expect(try self.parse(Array(bytes.reversed()).reversed()) == Self.items)
        #expect(try self.parse(AnySequence(bytes)) == Self.items)
        #expect(try self.parse(bytes.lazy.map { $0 }) == Self.items)
        #expect(try self.parse([bytes, []].joined()) == Self.items)
        #expect(try self.parse(bytes.chunks(of: 5).joined()) == Self.items)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A span and a buffer are chunks without a copy`() throws {
        let bytes = Array(Self.text.utf8)
        var items: [EventStreamItem] = []
        var spanParser = EventStreamParser()
        try spanParser.parse(bytes.span) { items.append($0) }
        #expect(items == Self.items)

        items = []
        var bufferParser = EventStreamParser()
        try bytes.withUnsafeBufferPointer { bytes in
            try bufferParser.parse(bytes) { items.append($0) }
        }
        #expect(items == Self.items)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Empty chunks of every kind change nothing`() throws {
        var parser = EventStreamParser()
        #expect(try parser.parse("data: x\r".utf8) == [])
        #expect(try parser.parse([UInt8]()) == [])
        #expect(try parser.parse(Data()) == [])
        #expect(try parser.parse(EmptyCollection<UInt8>()) == [])
        #expect(try parser.parse("".utf8) == [])
        var count = 0
        try parser.parse(UnsafeBufferPointer<UInt8>(start: nil, count: 0)) { _ in count += 1 }
        try parser.parse([UInt8]().span) { _ in count += 1 }
        try parser.parseLazily(UnsafeBufferPointer<UInt8>(start: nil, count: 0)) { _ in count += 1 }
        #expect(count == 0)
        #expect(try parser.parse("\n\n".utf8) == [.event(ServerSentEvent(data: "x"))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A parser is a value: a copy goes its own way`() throws {
        var first = EventStreamParser()
        _ = try first.parse("id: 1\ndata: a\ndata: b".utf8)
        var second = first
        #expect(try first.parse("c\n\n".utf8) == [.event(ServerSentEvent(data: "a\nbc", id: "1"))])
        #expect(second.lastEventID == .empty)
        #expect(try second.parse("d\nid: 2\n\n".utf8) == [.event(ServerSentEvent(data: "a\nbd", id: "2"))])
        #expect(first.lastEventID == "1")
    }

    @available(SwiftSSE 1.0, *)
    private func parse(_ chunk: some Swift.Sequence<UInt8>) throws -> [EventStreamItem] {
        var parser = EventStreamParser()
        return try parser.parse(chunk)
    }
}
