import AsyncHTTPClient
import Hummingbird
import SSEClient
import SSEHummingbird
import Testing

/// The rows of the article "Coming from Hertz" about the client; each test has a row's name and code.
@Suite
struct ComingFromHertzClientTests {
    private let notes = Notes()

    /// What the rows print and log is what the tests look at.
    private func print(_ text: String) { self.notes.add(text) }
    private func log(_ error: (any Error)?) { self.notes.add(error.map { "\($0)" } ?? "no error") }
    @available(SwiftSSE 1.0, *)
    private func log(_ response: EventStreamResponse) { self.notes.add("\(response.status.code)") }

    // MARK: Making a client

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `NewClient`() async throws {
        try await withTestServer(Self.echo) { url in
            let client = EventStreamClient()
            let request = EventStreamRequest(url: url)
            try await client.withStream(request) { _, events in
                for try await event in events { print(event.data) }
            }
        }
        #expect(self.notes.lines == ["GET"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `NewClientWithOptions`() async throws {
        let httpClient = HTTPClient()
        var configuration = EventStreamClient.Configuration.defaults
        configuration.idleTimeout = .seconds(30)
        let client = EventStreamClient(httpClient: httpClient, configuration: configuration)
        #expect(client.configuration.idleTimeout == .seconds(30))
        try await httpClient.shutdown()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `SetHertzClient`() async throws {
        let httpClient = HTTPClient()
        let client = EventStreamClient(httpClient: httpClient)
        #expect(client.httpClient === httpClient)
        try await httpClient.shutdown()
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `GetHertzClient`() {
        let client = EventStreamClient()
        #expect(client.httpClient === HTTPClient.eventStreams)
    }

    // MARK: Reading a stream

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `Subscribe`() async throws {
        let client = EventStreamClient()
        try await withTestServer(Self.echo) { url in
            let request = EventStreamRequest(url: url)
            try await client.subscribe(request) { event in print(event.data) }
        }
        #expect(self.notes.lines == ["GET"])
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SubscribeWithContext`() async throws {
        let client = EventStreamClient()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (left, leave) = AsyncStream<Void>.makeStream()
        try await withTestServer { request in
            request.eventStream { _ in
                defer { leave.finish() }
                begin.finish()
                try await Task.sleep(for: .seconds(3600))
            }
        } _: { url in
            let request = EventStreamRequest(url: url)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.subscribe(request) { event in print(event.data) } }
                for await _ in begun {}
                group.cancelAll()
                for await _ in left {}
                let result = await group.nextResult()
                #expect(throws: CancellationError.self) { try result?.get() }
            }
        }
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetDisconnectCallback`() async throws {
        let client = EventStreamClient()
        try await withTestServer(Self.echo) { url in
            let request = EventStreamRequest(url: url)
            try await client.subscribe(request, onDisconnect: { error in log(error) }) { event in print(event.data) }
        }
        #expect(self.notes.lines == ["GET", "no error"])
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `OnDisconnect`() async throws {
        struct Cut: Error {}
        let client = EventStreamClient()
        try await withTestServer { request in
            request.eventStream { writer in
                try await writer.send(ServerSentEvent(data: "Hello"))
                throw Cut()
            }
        } _: { url in
            let request = EventStreamRequest(url: url)
            await #expect(throws: SSEClientError.self) {
                try await client.subscribe(request, onDisconnect: { error in log(error) }) { event in print(event.data)
                }
            }
        }
        #expect(self.notes.lines.count == 2)
        #expect(self.notes.lines.last?.hasPrefix("connectionCut") == true)
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetOnConnectCallback`() async throws {
        let client = EventStreamClient()
        try await withTestServer(Self.echo) { url in
            let request = EventStreamRequest(url: url)
            try await client.subscribe(request, onConnect: { response in log(response) }) { event in print(event.data) }
        }
        #expect(self.notes.lines == ["200", "GET"])
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `OnConnect`() async throws {
        let client = EventStreamClient()
        let request = EventStreamRequest(url: "http://127.0.0.1:1/")
        await #expect(throws: SSEClientError.self) {
            try await client.subscribe(request, onConnect: { response in log(response) }) { event in print(event.data) }
        }
        #expect(self.notes.lines == [])
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `GetLastEventID`() async throws {
        try await withTestServer { request in
            request.eventStream { writer in
                try await writer.send(ServerSentEvent(data: "Hello", id: "42"))
            }
        } _: { url in
            var request = EventStreamRequest(url: url)
            try await EventStreamClient().withStream(request) { _, events in
                for try await event in events { #expect(events.lastEventID == event.id) }
                request.lastEventID = events.lastEventID
            }
            #expect(request.lastEventID == "42")
        }
    }

    // MARK: Settings

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetMaxBufferSize`() async throws {
        var client = EventStreamClient()
        client.configuration.parser.limits = EventStreamLimits(lineBytes: 1 << 20, eventBytes: 4 << 20)
        try await withTestServer { request in
            request.eventStream { writer in
                try await writer.send(ServerSentEvent(data: String(repeating: "x", count: 1 << 20)))
            }
        } _: { [client] url in
            let error = await #expect(throws: ServerSentEventsError.self) {
                try await client.subscribe(EventStreamRequest(url: url)) { event in print(event.data) }
            }
            #expect(error?.code == .lineTooLong)
        }
        #expect(self.notes.lines == [])
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetResponseCallback`() async throws {
        var client = EventStreamClient()
        client.configuration.responseCheck = ResponseCheck { response in
            response.status == .ok ? nil : "\(response.status)"
        }
        try await withTestServer { _ in
            Response(status: .serviceUnavailable)
        } _: { [client] url in
            let error = await #expect(throws: SSEClientError.self) {
                try await client.subscribe(EventStreamRequest(url: url)) { event in print(event.data) }
            }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("503") == true)
        }
    }

    @Test(.timeLimit(.minutes(3)))
    @available(SwiftSSE 1.0, *)
    func `SetEncodingBase64`() async throws {
        var client = EventStreamClient()
        client.configuration.parser.dataEncoding = .base64
        let bytes: [UInt8] = [0x00, 0x0D, 0x0A, 0xFF]
        try await withTestServer { request in
            let configuration = EventStreamConfiguration(encoder: EventStreamEncoder(dataEncoding: .base64))
            return request.eventStream(configuration: configuration) { writer in
                try await writer.send(ServerSentEvent(bytes: bytes))
            }
        } _: { [client] url in
            try await client.subscribe(EventStreamRequest(url: url)) { event in
                #expect(event.bytes == bytes)
                print("received")
            }
        }
        #expect(self.notes.lines == ["received"])
    }

    /// Answers with one event that says what was asked for.
    @available(SwiftSSE 1.0, *)
    private static let echo: @Sendable (Request) async throws -> Response = { request in
        request.eventStream { writer in try await writer.send(ServerSentEvent(data: request.method.rawValue)) }
    }
}
