internal import HTTPTypes
internal import SSEClient
internal import SSETestSupport
internal import Testing

/// The style with handlers.
@Suite(.timeLimit(.minutes(3)))
struct SubscribeTests {
    private struct TestError: Error {}

    /// Subscribes, and notes what is called in which order.
    @available(SwiftSSE 1.0, *)
    private func calls(
        throwsOnConnect: Bool = false,
        throwsOnEvent: Bool = false,
        _ script: @escaping TestServer.Script
    ) async throws -> [String] {
        try await withTestServer(script) { server in
            var calls: [String] = []
            do {
                try await EventStreamClient.test.subscribe(
                    EventStreamRequest(url: server.url),
                    onConnect: { response in
                        calls.append("connect \(response.status.code)")
                        if throwsOnConnect { throw TestError() }
                    },
                    onDisconnect: { calls.append("disconnect \(Self.name($0))") },
                    onEvent: { event in
                        calls.append(event.data)
                        if throwsOnEvent { throw TestError() }
                    }
                )
                calls.append("returns")
            } catch {
                calls.append("throws \(Self.name(error))")
            }
            #expect(server.requests.entries.count == 1)
            return calls
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func name(_ error: (any Error)?) -> String {
        guard let error else { return "nil" }
        return (error as? SSEClientError).map { "\($0.code)" } ?? "\(type(of: error))"
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Connect, events, disconnect without an error`() async throws {
        let calls = try await self.calls { connection, _ in try await connection.sendStream("data: 1\n\ndata: 2\n\n") }
        #expect(calls == ["connect 200", "1", "2", "disconnect nil", "returns"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Connect, events, disconnect with the error of the cut`() async throws {
        let calls = try await self.calls { connection, _ in try await connection.beginStream("data: 1\n\n") }
        #expect(calls == ["connect 200", "1", "disconnect connectionCut", "throws connectionCut"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A refused response calls no handler`() async throws {
        let calls = try await self.calls { connection, _ in
            try await connection.send(Head.response("404 X", ["Content-Length: 0", "Connection: close"]))
        }
        #expect(calls == ["throws refused"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event handler that throws gets nothing more, also of what came in the same packet`() async throws {
        let calls = try await self.calls(throwsOnEvent: true) { connection, _ in
            try await connection.sendStream("data: 1\n\ndata: 2\n\ndata: 3\n\n")
        }
        #expect(calls == ["connect 200", "1", "disconnect TestError", "throws TestError"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A connect handler that throws gets no event`() async throws {
        let calls = try await self.calls(throwsOnConnect: true) { connection, _ in
            try await connection.sendStream("data: 1\n\n")
        }
        #expect(calls == ["connect 200", "disconnect TestError", "throws TestError"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An event handler alone will do; the next event waits until it returns`() async throws {
        try await withTestServer { connection, _ in
            try await connection.sendStream("data: 1\n\ndata: 2\n\n")
        } _: { server in
            var log: [String] = []
            try await EventStreamClient.test.subscribe(EventStreamRequest(url: server.url)) { event in
                log.append("begin \(event.data)")
                await Task.yield()
                log.append("end \(event.data)")
            }
            #expect(log == ["begin 1", "end 1", "begin 2", "end 2"])
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Cancelling disconnects with a cancellation error`() async throws {
        let log = Log<String>()
        try await withTestServer { connection, _ in
            try await connection.beginStream("data: 1\n\n")
            await connection.waitForClose()
        } _: { server in
            let request = EventStreamRequest(url: server.url)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await EventStreamClient.test.subscribe(
                        request,
                        onDisconnect: { log.append("disconnect \(Self.name($0))") },
                        onEvent: { log.append($0.data) }
                    )
                }
                #expect(await log.next() == "1")
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
                #expect(await log.next() == "disconnect CancellationError")
                await server.closes.next()
            }
        }
    }
}
