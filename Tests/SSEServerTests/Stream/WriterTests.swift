internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// What the calls of a writer put on the wire: one write each.
@Suite(.timeLimit(.minutes(3)))
struct WriterTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `Events are written one a call, in order, and the stream is complete when the body returns`() async throws {
        let sink = TestSink()
        let end = try await withEventStream(to: sink) { writer in
            try await writer.send(ServerSentEvent(type: "tick", data: "1", id: "7"))
            try await writer.send(ServerSentEvent(data: "2\n3"))
        }
        #expect(end == .completed)
        #expect(sink.written == ["event: tick\nid: 7\ndata: 1\n\n", "data: 2\ndata: 3\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Several events are one write`() async throws {
        let sink = TestSink()
        try await withEventStream(to: sink) { writer in
            try await writer.send(contentsOf: [ServerSentEvent(data: "1"), ServerSentEvent(data: "2")])
        }
        #expect(sink.written == ["data: 1\n\ndata: 2\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `No events are no write`() async throws {
        let sink = TestSink()
        try await withEventStream(to: sink) { try await $0.send(contentsOf: [] as [ServerSentEvent]) }
        #expect(sink.written == [])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The events of a sequence are one write each`() async throws {
        let sink = TestSink()
        try await withEventStream(to: sink) { writer in
            let events = AsyncStream<ServerSentEvent> { continuation in
                for data in ["1", "2"] { continuation.yield(ServerSentEvent(data: data)) }
                continuation.finish()
            }
            try await writer.send(contentsOf: events)
        }
        #expect(sink.written == ["data: 1\n\n", "data: 2\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A value is sent as JSON, with its type and id`() async throws {
        let sink = TestSink()
        try await withEventStream(to: sink) { writer in
            try await writer.send(json: ["price": 12], type: "quote", id: "9")
            try await writer.send(json: "plain")
        }
        #expect(sink.written == ["event: quote\nid: 9\ndata: {\"price\":12}\n\n", "data: \"plain\"\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A comment is one write, however many lines it has`() async throws {
        let sink = TestSink()
        try await withEventStream(to: sink) { writer in
            try await writer.comment(" hello")
            try await writer.comment("1\n2")
        }
        #expect(sink.written == [": hello\n", ":1\n:2\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A reconnection time is one write`() async throws {
        let sink = TestSink()
        try await withEventStream(to: sink) { try await $0.retry(.seconds(3)) }
        #expect(sink.written == ["retry: 3000\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The configuration's encoder encodes the events`() async throws {
        let sink = TestSink()
        let configuration = EventStreamConfiguration(encoder: EventStreamEncoder(dataEncoding: .base64))
        try await withEventStream(to: sink, configuration: configuration) { writer in
            try await writer.send(ServerSentEvent(bytes: [0xff, 0x00]))
        }
        #expect(sink.written == ["data: /wA=\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event that cannot be encoded throws, writes nothing, and leaves the stream as it is`() async throws {
        let sink = TestSink()
        let end = try await withEventStream(to: sink) { writer in
            let error = await thrownError {
                try await writer.send(contentsOf: [ServerSentEvent(data: "1"), ServerSentEvent(bytes: [0xff])])
            }
            #expect((error as? ServerSentEventsError)?.code == .dataIsNotText)
            try await writer.send(ServerSentEvent(data: "2"))
        }
        #expect(end == .completed)
        #expect(sink.written == ["data: 2\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A writer can be used from several tasks, and each write stays whole`() async throws {
        let sink = TestSink()
        var configuration = EventStreamConfiguration.defaults
        // A machine that is busy may take longer than until the first one.
        configuration.keepAliveInterval = nil
        try await withEventStream(to: sink, configuration: configuration) { writer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 { group.addTask { try await writer.send(ServerSentEvent(data: "\(number)")) } }
                try await group.waitForAll()
            }
        }
        #expect(Set(sink.written) == Set((0..<100).map { "data: \($0)\n\n" }))
        #expect(sink.written.count == 100)
    }
}
