internal import SSEClient
internal import SSETestSupport
internal import Testing

/// Leaving a stream closes its socket, at once.
@Suite(.timeLimit(.minutes(3)))
struct CancellationTests {
    private struct TestError: Error {}

    /// Cancels a task that reads a stream, once the server has reached a point.
    @available(SwiftSSE 1.0, *)
    private func cancelReader(_ script: @escaping @Sendable (inout TestConnection, Log<Void>) async throws -> Void)
        async throws
    {
        let isReached = Log<Void>()
        try await withTestServer { connection, _ in
            try await script(&connection, isReached)
            await connection.waitForClose()
        } _: { server in
            let url = server.url
            try await withThrowingTaskGroup(of: StreamOutcome.self) { group in
                group.addTask { await EventStreamClient.test.outcome(of: url) }
                await isReached.next()
                let start = ContinuousClock.now
                group.cancelAll()
                let outcome = try #require(try await group.next())
                #expect(outcome.error is CancellationError, "\(String(describing: outcome.error))")
                await server.closes.next()
                // Without the cancellation it would take three times as long to notice the silence.
                #expect(ContinuousClock.now - start < .seconds(10))
            }
            #expect(server.requests.entries.count == 1)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelled before the head has come`() async throws {
        try await self.cancelReader { _, isReached in isReached.append(()) }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelled while no event comes`() async throws {
        try await self.cancelReader { connection, isReached in
            try await connection.beginStream()
            isReached.append(())
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelled after an event, while no other comes`() async throws {
        let hasEvent = Log<Void>()
        try await withTestServer { connection, _ in
            try await connection.beginStream("data: 1\n\n")
            await connection.waitForClose()
        } _: { server in
            let request = EventStreamRequest(url: server.url)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await EventStreamClient.test.withStream(request) { _, events in
                        for try await _ in events { hasEvent.append(()) }
                    }
                }
                await hasEvent.next()
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
                await server.closes.next()
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelled before it is begun`() async throws {
        try await withTestServer { connection, _ in
            await connection.waitForClose()
        } _: { server in
            let url = server.url
            let outcome = await withTaskGroup(of: StreamOutcome.self) { group in
                group.cancelAll()
                group.addTask { await EventStreamClient.test.outcome(of: url) }
                return await group.next()
            }
            #expect(outcome?.error is CancellationError)
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The closure waits for something else when it is cancelled: the socket is closed all the same`() async throws {
        let isInside = Log<Void>()
        let mayLook = Log<Void>()
        try await withTestServer { connection, _ in
            try await connection.beginStream("data: 1\n\n")
            await connection.waitForClose()
        } _: { server in
            let request = EventStreamRequest(url: server.url)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await EventStreamClient.test.withStream(request) { _, events in
                        isInside.append(())
                        await waitForCancellation()
                        // A task of its own, because this one waits for nothing any more.
                        await Task { await mayLook.next() }.value
                        await #expect(throws: CancellationError.self) { for try await _ in events {} }
                    }
                }
                await isInside.next()
                group.cancelAll()
                await server.closes.next()
                mayLook.append(())
                try await group.waitForAll()
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A closure that returns early leaves the stream`() async throws {
        try await withTestServer { connection, _ in
            try await connection.beginStream("data: 1\n\ndata: 2\n\n")
            await connection.waitForClose()
        } _: { server in
            let first = try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, events in
                var iterator = events.makeAsyncIterator()
                return try await iterator.next()?.data
            }
            #expect(first == "1")
            await server.closes.next()
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A closure that throws leaves the stream, and its error comes out`() async throws {
        try await withTestServer { connection, _ in
            try await connection.beginStream()
            await connection.waitForClose()
        } _: { server in
            await #expect(throws: TestError.self) {
                try await EventStreamClient.test.withStream(EventStreamRequest(url: server.url)) { _, _ in
                    throw TestError()
                }
            }
            await server.closes.next()
        }
    }
}
