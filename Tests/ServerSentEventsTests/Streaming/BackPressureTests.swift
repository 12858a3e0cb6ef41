internal import ServerSentEvents
internal import Testing

/// A slow consumer slows the source.
struct BackPressureTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `The next chunk is asked for only when all events of the one before have been taken`() async throws {
        let source = ChunkSource(texts: "data: 1\n\ndata: 2\n\ndata: 3", "\n\ndata: 4\n\n", "data: 5\n\n")
        var iterator = source.serverSentEvents().makeAsyncIterator()
        #expect(source.requestCount == 0)
        var requests: [Int] = []
        while let event = try await iterator.next() {
            #expect(event.data == "\(requests.count + 1)")
            requests.append(source.requestCount)
        }
        #expect(requests == [1, 1, 2, 2, 3])
        #expect(source.requestCount == 4)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The same holds for items`() async throws {
        let source = ChunkSource(texts: "retry: 1\n:c\ndata: 1\n\nid: 1\n\n", "", "retry: 2\ndata: 2\n\n")
        var iterator = source.eventStreamItems(configuration: .init(reportsComments: true)).makeAsyncIterator()
        #expect(source.requestCount == 0)
        var requests: [Int] = []
        while try await iterator.next() != nil { requests.append(source.requestCount) }
        #expect(requests == [1, 1, 1, 1, 3, 3])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Making a sequence or an iterator asks for nothing`() {
        let source = ChunkSource(texts: "data: 1\n\n")
        _ = source.serverSentEvents().makeAsyncIterator()
        _ = source.eventStreamItems().makeAsyncIterator()
        #expect(source.requestCount == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `After its end a source is not asked again`() async throws {
        let source = ChunkSource(texts: "data: 1\n\n")
        var iterator = source.serverSentEvents().makeAsyncIterator()
        #expect(try await iterator.next() == ServerSentEvent(data: "1"))
        for _ in 0..<3 { #expect(try await iterator.next() == nil) }
        #expect(source.requestCount == 2)
    }
}
