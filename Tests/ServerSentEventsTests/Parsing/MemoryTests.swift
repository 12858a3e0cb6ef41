internal import ServerSentEvents
internal import Testing

/// What a parser holds is bounded, and given back.
struct MemoryTests {
    /// Buffers grow to the next size that is twice the last.
    private static let growth = 2

    /// Buffers up to this size are kept for the next event, each of the five that there are.
    private static let keptByteCount = 5 * 64 * 1024

    @Test(
        arguments: [
            "d", "data: ", "data: x", ":", "id: ", "event: ", "retry: 1", "unknown: ", "data\n", "data\r", "id\n",
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `However long a peer goes on with it, the parser's memory stays within the limits`(_ text: String) {
        let limits = EventStreamLimits(lineBytes: 100_000, eventBytes: 100_000)
        let piece = text.last == "\n" || text.last == "\r" ? text : "x"
        let chunk = Array(String(repeating: piece, count: 1000).utf8)
        for reportsComments in [false, true] {
            var parser = EventStreamParser(configuration: .init(limits: limits, reportsComments: reportsComments))
            var hasFailed = false
            var most = 0
            do {
                _ = try parser.parse(text.utf8)
                for _ in 0..<1000 {
                    _ = try parser.parse(chunk)
                    most = max(most, parser.retainedByteCount)
                }
            } catch {
                hasFailed = true
            }
            #expect(hasFailed)
            #expect(most <= Self.growth * (limits.eventBytes + chunk.count))
            #expect(parser.retainedByteCount <= Self.keptByteCount)
        }
    }

    @Test(arguments: [":", "unknown: ", "x"])
    @available(SwiftSSE 1.0, *)
    func `Nothing is kept of comments that nobody asked for, nor of unknown fields`(_ beginning: String) throws {
        var parser = EventStreamParser(
            configuration: .init(limits: EventStreamLimits(lineBytes: .max, eventBytes: .max))
        )
        _ = try parser.parse(beginning.utf8)
        for _ in 0..<100 { _ = try parser.parse(Array(repeating: UInt8(ascii: "x"), count: 10_000)) }
        #expect(parser.retainedByteCount < 1024)
        #expect(try parser.parse("\ndata: x\n\n".utf8) == [.event(ServerSentEvent(data: "x"))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Fields that a later one of the same name replaces are not kept`() throws {
        var parser = EventStreamParser()
        for number in 0..<1000 {
            for byte in "event: \(number) is a type of some length\nid: \(number) is an id of some length\n".utf8 {
                _ = try parser.parse(CollectionOfOne(byte))
            }
        }
        #expect(parser.retainedByteCount < 4096)
    }

    @Test(arguments: ["data: ", "event: ", ":", "data: \ndata: "])
    @available(SwiftSSE 1.0, *)
    func `A huge event leaves no memory behind`(_ beginning: String) throws {
        var parser = EventStreamParser(configuration: .init(reportsComments: true))
        let value = Array(repeating: UInt8(ascii: "x"), count: 1_000_000)
        let stream = Array(beginning.utf8) + value + Array("\ndata\n\n".utf8)
        for chunk in stream.chunks(of: 10_000) { _ = try parser.parse(chunk) }
        #expect(parser.retainedByteCount <= Self.keptByteCount)
        #expect(try parser.parse("data: x\n\n".utf8) == [.event(ServerSentEvent(data: "x"))])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A huge id leaves no memory behind once another has replaced it`() throws {
        var parser = EventStreamParser()
        let stream =
            Array("id: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1_000_000) + Array("\ndata\n\n".utf8)
        for chunk in stream.chunks(of: 10_000) { _ = try parser.parse(chunk) }
        #expect(parser.lastEventID.rawValue.utf8.count == 1_000_000)
        _ = try parser.parse("id: 1\ndata\n\n".utf8)
        #expect(parser.lastEventID == "1")
        #expect(parser.retainedByteCount <= Self.keptByteCount)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An exceeded limit gives the memory back`() throws {
        var parser = EventStreamParser(configuration: .init(limits: EventStreamLimits(eventBytes: 1_000_000)))
        _ = try parser.parse(Array("data: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 900_000))
        #expect(parser.retainedByteCount >= 900_000)
        #expect(throws: ServerSentEventsError.self) {
            try parser.parse(Array(repeating: UInt8(ascii: "x"), count: 200_000))
        }
        #expect(parser.retainedByteCount < 1024)
    }
}
