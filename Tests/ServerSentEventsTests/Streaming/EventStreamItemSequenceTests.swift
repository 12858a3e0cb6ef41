internal import ServerSentEvents
internal import Testing

/// All that is in a stream, out of an `AsyncSequence` of chunks.
struct EventStreamItemSequenceTests {
    @Test(arguments: [1, 2, 3, 7, 1000])
    @available(SwiftSSE 1.0, *)
    func `Items come in the order of the stream, comments if asked for`(size: Int) async throws {
        let stream = Array(":c\nretry: 5\ndata: a\n\nid: 1\n\n:d\ndata: b\n\n".utf8)
        let items: [EventStreamItem] = [
            .comment("c"), .retry(.milliseconds(5)), .event(ServerSentEvent(data: "a", retry: .milliseconds(5))),
            .lastEventID("1"), .comment("d"), .event(ServerSentEvent(data: "b")),
        ]
        for reportsComments in [true, false] {
            var found: [EventStreamItem] = []
            let source = ChunkSource(stream.chunks(of: size))
            for try await item in source.eventStreamItems(configuration: .init(reportsComments: reportsComments)) {
                found.append(item)
            }
            let expected = items.filter { item in
                if case .comment = item { reportsComments } else { true }
            }
            #expect(found == expected)
        }
    }

    @Test(arguments: [1, 3, 1000])
    @available(SwiftSSE 1.0, *)
    func `The iterator knows the last event ID after every item`(size: Int) async throws {
        let stream = Array(":\nid: 1\ndata: a\n\n:\nid: 2\n\nretry: 1\n:\nid: 3\ndata: b\n\n".utf8)
        var iterator = ChunkSource(stream.chunks(of: size))
            .eventStreamItems(configuration: .init(reportsComments: true), lastEventID: "0")
            .makeAsyncIterator()
        var ids = [iterator.lastEventID.rawValue]
        while try await iterator.next() != nil { ids.append(iterator.lastEventID.rawValue) }
        #expect(ids == ["0", "0", "1", "1", "2", "2", "2", "3"])
    }

    @Test(arguments: [1, 1023, 1024, 1025, 5000])
    @available(SwiftSSE 1.0, *)
    func `Many items of one chunk all come, one by one`(count: Int) async throws {
        let chunk = (0..<count).map { "data: \($0)\n\n" }.joined()
        let source = ChunkSource(texts: chunk, "data: last\n\n", chunk)
        var iterator = source.eventStreamItems().makeAsyncIterator()
        for _ in 0..<2 {
            for number in 0..<count {
                #expect(try await iterator.next() == .event(ServerSentEvent(data: "\(number)")))
            }
            if source.requestCount == 1 {
                #expect(try await iterator.next() == .event(ServerSentEvent(data: "last")))
            }
        }
        #expect(try await iterator.next() == nil)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An iterator is a value: a copy goes its own way`() async throws {
        var first = ChunkSource(texts: "data: a\n\ndata: b\n\n").eventStreamItems().makeAsyncIterator()
        #expect(try await first.next() == .event(ServerSentEvent(data: "a")))
        var second = first
        #expect(try await first.next() == .event(ServerSentEvent(data: "b")))
        #expect(try await second.next() == .event(ServerSentEvent(data: "b")))
        #expect(try await first.next() == nil)
    }
}
