internal import SSEServer
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

/// A sender waits for the sink.
@Suite(.timeLimit(.minutes(3)))
struct BackPressureTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A send returns when its bytes are written, not before`() async throws {
        let sink = TestSink(isBlocked: true)
        let sent = Log<Int>()
        async let end = withEventStream(to: sink, clock: ManualClock()) { writer in
            for number in 1...3 {
                try await writer.send(ServerSentEvent(data: "\(number)"))
                sent.append(number)
            }
        }
        var begun = sink.begun.makeAsyncIterator()
        for number in 1...3 {
            #expect(await begun.next() == "data: \(number)\n\n")
            #expect(sent.entries == Array(1..<number))
            sink.letOneThrough()
        }
        #expect(try await end == .completed)
        #expect(sent.entries == [1, 2, 3])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `One write is under way at a time, however many senders there are`() async throws {
        let sink = TestSink(isBlocked: true)
        async let end = withEventStream(to: sink, clock: ManualClock()) { writer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<10 { group.addTask { try await writer.send(ServerSentEvent(data: "\(number)")) } }
                try await group.waitForAll()
            }
        }
        var begun = sink.begun.makeAsyncIterator()
        for count in 0..<10 {
            _ = await begun.next()
            #expect(sink.written.count == count)
            sink.letOneThrough()
        }
        #expect(try await end == .completed)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What child tasks have queued is written before the stream is complete`() async throws {
        let sink = TestSink(isBlocked: true)
        async let end = withEventStream(to: sink, clock: ManualClock()) { writer in
            async let first: Void = writer.send(ServerSentEvent(data: "1"))
            async let second: Void = writer.send(ServerSentEvent(data: "2"))
            _ = try await (first, second)
        }
        var begun = sink.begun.makeAsyncIterator()
        _ = await begun.next()
        sink.unblock()
        #expect(try await end == .completed)
        #expect(sink.written.sorted() == ["data: 1\n\n", "data: 2\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A sender that is cancelled while it waits in the queue takes its event back`() async throws {
        let sink = TestSink(isBlocked: true)
        async let end = withEventStream(to: sink, clock: ManualClock()) { writer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await writer.send(ServerSentEvent(data: "1")) }
                var begun = sink.begun.makeAsyncIterator()
                _ = await begun.next()

                await withTaskGroup(of: (any Error)?.self) { queued in
                    queued.addTask { await thrownError { try await writer.send(ServerSentEvent(data: "2")) } }
                    queued.cancelAll()
                    #expect(await queued.next() is CancellationError)
                }
                sink.unblock()
                try await group.waitForAll()
                try await writer.send(ServerSentEvent(data: "3"))
            }
        }
        #expect(try await end == .completed)
        #expect(sink.written == ["data: 1\n\n", "data: 3\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A write that has begun is completed even if its sender is cancelled`() async throws {
        let sink = TestSink(isBlocked: true)
        let end = try await withEventStream(to: sink, clock: ManualClock()) { writer in
            let error = await withTaskGroup(of: (any Error)?.self) { group in
                group.addTask { await thrownError { try await writer.send(ServerSentEvent(data: "1")) } }
                var begun = sink.begun.makeAsyncIterator()
                _ = await begun.next()
                group.cancelAll()
                sink.unblock()
                return await group.next() ?? nil
            }
            #expect(error == nil)
        }
        #expect(end == .completed)
        #expect(sink.written == ["data: 1\n\n"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A task that is cancelled already sends nothing`() async throws {
        let sink = TestSink()
        try await withEventStream(to: sink, clock: ManualClock()) { writer in
            await withTaskGroup(of: (any Error)?.self) { group in
                group.cancelAll()
                group.addTask { await thrownError { try await writer.send(ServerSentEvent(data: "1")) } }
                #expect(await group.next() is CancellationError)
            }
        }
        #expect(sink.written == [])
    }
}
