internal import ServerSentEvents
internal import Testing

/// How errors come through a sequence, and in which order.
struct SequenceErrorTests {
    private struct SourceFailure: Error, Equatable {
        var number: Int
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Events that stand before an exceeded limit come before the error, and then the sequence has ended`()
        async throws
    {
        let source = ChunkSource(texts: "data: 1\n\nid: 7\ndata: 2\n\ndata: too long\n\ndata: 3\n\n", "data: 4\n\n")
        let configuration = EventStreamParser.Configuration(limits: EventStreamLimits(lineBytes: 7))
        var iterator = source.serverSentEvents(configuration: configuration).makeAsyncIterator()
        #expect(try await iterator.next() == ServerSentEvent(data: "1"))
        #expect(try await iterator.next() == ServerSentEvent(data: "2", id: "7"))
        let error = await #expect(throws: ServerSentEventsError.self) { try await iterator.next() }
        #expect(error?.code == .lineTooLong)
        for _ in 0..<3 { #expect(try await iterator.next() == nil) }
        #expect(source.requestCount == 1)
        #expect(iterator.lastEventID == "7")
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The same holds for items`() async throws {
        let source = ChunkSource(texts: "retry: 1\n:c\n", "data: 1\n\ndata: 234\ndata: 234", "data: 5\n\n")
        let configuration = EventStreamParser.Configuration(
            limits: EventStreamLimits(eventBytes: 17),
            reportsComments: true
        )
        var iterator = source.eventStreamItems(configuration: configuration).makeAsyncIterator()
        #expect(try await iterator.next() == .retry(.milliseconds(1)))
        #expect(try await iterator.next() == .comment("c"))
        #expect(try await iterator.next() == .event(ServerSentEvent(data: "1", retry: .milliseconds(1))))
        let error = await #expect(throws: ServerSentEventsError.self) { try await iterator.next() }
        #expect(error?.code == .eventTooLarge)
        #expect(try await iterator.next() == nil)
        #expect(source.requestCount == 2)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The source's error comes through as it is, after the events before it`() async throws {
        let source = ChunkSource(texts: "data: 1\n\ndata: 2\n\n", thenThrowing: SourceFailure(number: 3))
        var iterator = source.serverSentEvents().makeAsyncIterator()
        #expect(try await iterator.next() == ServerSentEvent(data: "1"))
        #expect(try await iterator.next() == ServerSentEvent(data: "2"))
        await #expect(throws: SourceFailure(number: 3)) { try await iterator.next() }
        for _ in 0..<3 { #expect(try await iterator.next() == nil) }
        #expect(source.requestCount == 2)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The source's error comes through items and single bytes too`() async throws {
        let empty = ChunkSource<[UInt8]>([], thenThrowing: SourceFailure(number: 1))
        var items = empty.eventStreamItems().makeAsyncIterator()
        await #expect(throws: SourceFailure(number: 1)) { try await items.next() }
        #expect(try await items.next() == nil)

        let bytes = ChunkSource(Array("data: 1\n\n".utf8), thenThrowing: SourceFailure(number: 2))
        var events = bytes.serverSentEvents().makeAsyncIterator()
        #expect(try await events.next() == ServerSentEvent(data: "1"))
        await #expect(throws: SourceFailure(number: 2)) { try await events.next() }
        #expect(try await events.next() == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that the source's error cuts off is not handed out`() async throws {
        let source = ChunkSource(texts: "data: 1\n", thenThrowing: SourceFailure(number: 1))
        var iterator = source.serverSentEvents().makeAsyncIterator()
        await #expect(throws: SourceFailure(number: 1)) { try await iterator.next() }
        #expect(try await iterator.next() == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Invalid Base64 is thrown for its event, and the next call goes on with the event after it`() async throws {
        let stream = Array("data: QQ==\n\ndata: ?\n\nid: 1\ndata: Qg==\n\ndata: ?\n\ndata: ?\n\ndata: Qw==\n\n".utf8)
        let base64 = EventStreamParser.Configuration(dataEncoding: .base64)
        for chunks in [[stream], stream.chunks(of: 1), stream.chunks(of: 10)] {
            var iterator = ChunkSource(chunks).serverSentEvents(configuration: base64).makeAsyncIterator()
            var found: [String] = []
            var isAtEnd = false
            while !isAtEnd {
                do {
                    if let event = try await iterator.next() { found.append(event.data) } else { isAtEnd = true }
                } catch let error as ServerSentEventsError {
                    found.append(error.code.description)
                }
            }
            #expect(found == ["A", "invalidBase64", "B", "invalidBase64", "invalidBase64", "C"])
            #expect(iterator.lastEventID == "1")
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Invalid Base64 is an item among others`() async throws {
        let base64 = EventStreamParser.Configuration(dataEncoding: .base64)
        let source = ChunkSource(texts: "id: 1\ndata: ?\n\ndata: QQ==\n\n")
        var findings: [Finding] = []
        for try await item in source.eventStreamItems(configuration: base64) { findings.append(Finding(item)) }
        #expect(findings == [.invalidData(id: "1"), .event("A")])
    }

    @Test(arguments: [1, 1000])
    @available(SwiftSSE 1.0, *)
    func `The id of an event with invalid Base64 is in force when its error is thrown`(size: Int) async throws {
        let stream = Array("id: 1\ndata: QQ==\n\nid: 2\ndata: ?\n\ndata: Qg==\n\n".utf8)
        let base64 = EventStreamParser.Configuration(dataEncoding: .base64)
        var iterator = ChunkSource(stream.chunks(of: size)).serverSentEvents(configuration: base64).makeAsyncIterator()
        #expect(try await iterator.next() == ServerSentEvent(data: "A", id: "1"))
        await #expect(throws: ServerSentEventsError.self) { try await iterator.next() }
        #expect(iterator.lastEventID == "2")
        #expect(try await iterator.next() == ServerSentEvent(data: "B"))
        #expect(iterator.lastEventID == "2")
    }
}
