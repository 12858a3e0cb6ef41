internal import Foundation
internal import ServerSentEvents
internal import Testing

/// Events out of an `AsyncSequence` of whatever chunks there are.
struct ServerSentEventSequenceTests {
    private static let text =
        ":c\nid: 1\ndata: a\n\nid: 2\n\nretry: 5\ndata: b\n\nevent: t\nid\ndata: c\n\ndata: unfinished\n"

    @available(SwiftSSE 1.0, *)
    private static let events = [
        ServerSentEvent(data: "a", id: "1"), ServerSentEvent(data: "b", retry: .milliseconds(5)),
        ServerSentEvent(type: "t", data: "c", id: ""),
    ]

    @Test(arguments: [1, 2, 3, 7, 1000])
    @available(SwiftSSE 1.0, *)
    func `Chunks may be arrays, slices, Data or any other sequence of bytes`(size: Int) async throws {
        let chunks = Array(Self.text.utf8).chunks(of: size)
        #expect(try await Self.events(of: ChunkSource(chunks)) == Self.events)
        #expect(try await Self.events(of: ChunkSource(chunks.map { $0[...] })) == Self.events)
        #expect(try await Self.events(of: ChunkSource(chunks.map { Data($0) })) == Self.events)
        #expect(try await Self.events(of: ChunkSource(chunks.map { ContiguousArray($0) })) == Self.events)
        #expect(try await Self.events(of: ChunkSource(chunks.map { AnySequence($0) })) == Self.events)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Single bytes are read too`() async throws {
        var events: [ServerSentEvent] = []
        for try await event in ChunkSource(Array(Self.text.utf8)).serverSentEvents() { events.append(event) }
        #expect(events == Self.events)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An AsyncStream of chunks is read too`() async throws {
        let stream = AsyncStream<[UInt8]> { continuation in
            for chunk in Array(Self.text.utf8).chunks(of: 5) { continuation.yield(chunk) }
            continuation.finish()
        }
        #expect(try await Self.events(of: stream) == Self.events)
    }

    @Test(arguments: [1, 2, 3, 7, 1000])
    @available(SwiftSSE 1.0, *)
    func `The iterator knows the last event ID after every event`(size: Int) async throws {
        let text =
            "data: a\n\nid: 1\ndata: b\n\ndata: c\n\nid: 2\n\ndata: d\n\nid\ndata: e\n\nid: 3\ndata: f\n\nid: 4\n\n"
        let source = ChunkSource(Array(text.utf8).chunks(of: size))
        var iterator = source.serverSentEvents(lastEventID: "0").makeAsyncIterator()
        #expect(iterator.lastEventID == "0")
        var found: [String] = []
        while let event = try await iterator.next() {
            found.append("\(event.data)\(iterator.lastEventID)")
        }
        #expect(found == ["a0", "b1", "c1", "d2", "e", "f3"])
        #expect(iterator.lastEventID == "4")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The configuration is the parser's`() async throws {
        let base64 = EventStreamParser.Configuration(dataEncoding: .base64)
        var iterator = ChunkSource(texts: "data: QQ==\n\n").serverSentEvents(configuration: base64).makeAsyncIterator()
        #expect(try await iterator.next() == ServerSentEvent(bytes: [0x41]))

        let narrow = EventStreamParser.Configuration(limits: EventStreamLimits(lineBytes: 3))
        var bytes = ChunkSource(Array("data: x".utf8)).serverSentEvents(configuration: narrow).makeAsyncIterator()
        let error = await #expect(throws: ServerSentEventsError.self) { try await bytes.next() }
        #expect(error?.code == .lineTooLong)
    }

    @Test(arguments: ["", "\n\n", ":c\n\n", "id: 1\n\n", "data: x\n"])
    @available(SwiftSSE 1.0, *)
    func `A stream without an event is an empty sequence`(_ text: String) async throws {
        #expect(try await Self.events(of: ChunkSource(texts: text)) == [])
        #expect(try await Self.events(of: ChunkSource(texts: "", text, "")) == [])
        #expect(try await Self.events(of: ChunkSource<[UInt8]>([])) == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Every iterator begins with a new parser`() async throws {
        let sequence = ChunkSource(texts: "data: a\n\nid: 1\ndata: b\n\n", "data: c").serverSentEvents()
        for _ in 0..<2 {
            var iterator = sequence.makeAsyncIterator()
            #expect(iterator.lastEventID == .empty)
            #expect(try await iterator.next() == ServerSentEvent(data: "a"))
            #expect(try await iterator.next() == ServerSentEvent(data: "b", id: "1"))
            #expect(try await iterator.next() == nil)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Events become chunks, and chunks events`() async throws {
        var chunks: [[UInt8]] = []
        for try await chunk in ChunkSource(Self.events).eventStreamChunks() { chunks.append(chunk) }
        #expect(
            chunks.map { ByteText($0) } == [
                "id: 1\ndata: a\n\n", "retry: 5\ndata: b\n\n", "event: t\nid:\ndata: c\n\n",
            ]
        )
        #expect(try await Self.events(of: ChunkSource(Self.events).eventStreamChunks()) == Self.events)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that cannot be encoded ends the chunks with a typed error`() async throws {
        let events = [ServerSentEvent(data: "a"), ServerSentEvent(bytes: [0xFF]), ServerSentEvent(data: "b")]
        var iterator = ChunkSource(events).eventStreamChunks().makeAsyncIterator()
        #expect(try await iterator.next() == Array("data: a\n\n".utf8))
        let error = await #expect(throws: ServerSentEventsError.self) { try await iterator.next() }
        #expect(error?.code == .dataIsNotText)

        let base64 = EventStreamEncoder(dataEncoding: .base64)
        var count = 0
        for try await _ in ChunkSource(events).eventStreamChunks(encoder: base64) { count += 1 }
        #expect(count == 3)
    }

    @available(SwiftSSE 1.0, *)
    private static func events<Source: AsyncSequence>(
        of source: Source
    ) async throws -> [ServerSentEvent] where Source.Element: Sequence<UInt8> {
        var events: [ServerSentEvent] = []
        for try await event in source.serverSentEvents() { events.append(event) }
        return events
    }
}
