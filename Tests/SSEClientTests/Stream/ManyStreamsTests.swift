internal import AsyncHTTPClient
internal import SSEClient
internal import ServerSentEvents
internal import SSETestSupport
internal import Testing

/// Many streams on one client.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ManyStreamsTests {
    @Test
    @available(SwiftSSE 1.0, *)
    func `A hundred streams are open at once, each with a request of its own`() async throws {
        let count = 100
        let open = Log<Void>()
        let mayEnd = Log<Void>()
        try await withTestServer { connection, request in
            try await connection.beginStream("data: \(request.path)\n\n")
            open.append(())
            await connection.waitForClose()
        } _: { server in
            let origin = server.origin
            let client = EventStreamClient.test
            try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<count {
                    group.addTask {
                        let request = EventStreamRequest(
                            url: "\(origin)/\(number)",
                            lastEventID: try .init("\(number)")
                        )
                        return try await client.withStream(request) { _, events in
                            var iterator = events.makeAsyncIterator()
                            let event = try await iterator.next()
                            mayEnd.append(())
                            _ = try? await iterator.next()
                            return event?.data ?? ""
                        }
                    }
                }
                for _ in 0..<count {
                    await open.next()
                    await mayEnd.next()
                }
                #expect(server.closes.entries.isEmpty)
                group.cancelAll()
                let paths = try await group.reduce(into: Set()) { $0.insert($1) }
                #expect(paths == Set((0..<count).map { "/\($0)" }))
                for _ in 0..<count { await server.closes.next() }
            }
            let requests = server.requests.entries
            #expect(requests.count == count)
            #expect(requests.allSatisfy { $0.fields("Last-Event-ID") == ["Last-Event-ID: \($0.path.dropFirst())"] })
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An HTTP client of one's own is used, and is still there afterwards`() async throws {
        let httpClient = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(redirectConfiguration: .follow(max: 2, allowCycles: false))
        )
        do {
            try await withTestServer { connection, request in
                if request.path == "/events" {
                    try await connection.sendStream("data: 1\n\n")
                } else {
                    let fields = ["Location: \(request.path)x", "Content-Length: 0", "Connection: close"]
                    try await connection.send(Head.response("302 Found", fields))
                }
            } _: { server in
                let client = EventStreamClient(httpClient: httpClient, configuration: .init(idleTimeout: .seconds(30)))
                #expect(client.httpClient === httpClient)
                let first = try await client.events(of: server.url).map(\.data)
                #expect(first == ["1"])
                let second = try await client.events(of: server.url).map(\.data)
                #expect(second == ["1"])
                // Its own settings are in force: it follows two redirects and no third.
                let outcome = await client.outcome(of: "\(server.origin)/loop")
                #expect(outcome.clientError?.cause as? HTTPClientError == .redirectLimitReached)
            }
        } catch {
            try await httpClient.shutdown()
            throw error
        }
        try await httpClient.shutdown()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that has been shut down is an invalid request, not a trap`() async throws {
        let httpClient = HTTPClient(eventLoopGroupProvider: .singleton)
        try await httpClient.shutdown()
        let client = EventStreamClient(httpClient: httpClient)
        let error = try await clientError { _ = try await client.events(of: "http://127.0.0.1:1/") }
        #expect(error.code == .invalidRequest)
    }
}
