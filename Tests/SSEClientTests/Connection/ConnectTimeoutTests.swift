internal import HTTPTypes
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// How long an attempt may wait for the head, with a clock moved by hand and without a network.
@Suite(.timeLimit(.minutes(3)))
struct ConnectTimeoutTests {
    private static let timeout = Duration.seconds(10)

    @available(SwiftSSE 1.0, *)
    private static func connection(
        _ clock: ManualClock,
        _ timeout: Duration? = Self.timeout,
        _ respond: @escaping @Sendable (EventStreamRequest, Int) -> InMemoryResponse
    ) -> EventStreamConnection {
        EventStreamConnection(InMemoryTransport(respond), .init(connectTimeout: timeout), clock: clock)
    }

    @available(SwiftSSE 1.0, *)
    private static let request = EventStreamRequest(url: "http://server/events")

    /// Opens a connection while a test does something else.
    ///
    /// - Returns: The code of the error, or what else came of it.
    @available(SwiftSSE 1.0, *)
    private static func outcome(
        of connection: EventStreamConnection,
        while body: () async throws -> Void
    ) async throws -> String {
        try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask {
                do {
                    _ = try await connection.open(Self.request)
                    return "opened"
                } catch let error as SSEClientError {
                    return "\(error)"
                } catch {
                    return "\(type(of: error))"
                }
            }
            try await body()
            return try await group.next() ?? ""
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `When the time is over the attempt has failed, and the server is left`() async throws {
        let (clock, feed, isAsked) = (ManualClock(), InMemoryFeed(), Log<Void>())
        let connection = Self.connection(clock) { _, _ in
            isAsked.append(())
            return .noResponse(feed: feed)
        }
        let outcome = try await Self.outcome(of: connection) {
            await isAsked.next()
            try await clock.waitForSleeper(until: Self.timeout)
            clock.advance(by: Self.timeout - .nanoseconds(1))
            #expect(!feed.isCancelled)
            clock.advance(by: .nanoseconds(1))
        }
        #expect(outcome == "connectTimeout: The server has not answered within 10.0 seconds.")
        #expect(feed.isCancelled)
    }

    @Test(arguments: [200, 404])
    @available(SwiftSSE 1.0, *)
    func `Nothing is left of the time once the head has come`(status: Int) async throws {
        let (clock, feed) = (ManualClock(), InMemoryFeed())
        let connection = Self.connection(clock) { _, _ in
            status == 200 ? InMemoryResponse(feed: feed) : InMemoryResponse("x", status: .init(code: status))
        }
        let outcome = try await Self.outcome(of: connection) {}
        #expect(status == 200 ? outcome == "opened" : outcome.hasPrefix("refused: "))
        #expect(clock.sleeperCount == 0)
        clock.advance(by: Self.timeout * 2)
        #expect(!feed.isCancelled)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The time goes on over redirects`() async throws {
        let (clock, asked) = (ManualClock(), Log<String>())
        let (first, second) = (InMemoryFeed(), InMemoryFeed())
        let connection = Self.connection(clock) { request, number in
            asked.append(request.url)
            return .noResponse(feed: number == 1 ? first : second)
        }
        let outcome = try await Self.outcome(of: connection) {
            await asked.next()
            try await clock.waitForSleeper(until: Self.timeout)
            clock.advance(by: .seconds(6))
            first.channel.receive(
                EventStreamResponse(url: "http://server/events", status: .found, headers: [.location: "/next"])
            )
            await asked.next()
            clock.advance(by: .seconds(4))
        }
        #expect(outcome.hasPrefix("connectTimeout: "))
        #expect(asked.entries == ["http://server/events", "http://server/next"])
        #expect(second.isCancelled)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Who cancels gets a cancellation, and leaves no timer`() async throws {
        let clock = ManualClock()
        let connection = Self.connection(clock) { _, _ in .noResponse() }
        let outcome = try await Self.outcome(of: connection) {
            try await clock.waitForSleepers(1)
            connection.cancel()
        }
        #expect(outcome == "CancellationError")
        #expect(clock.sleeperCount == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Another failure before the time is over is what it is`() async throws {
        let clock = ManualClock()
        let connection = Self.connection(clock) { _, _ in .noConnection() }
        let outcome = try await Self.outcome(of: connection) {}
        #expect(outcome == "connectionFailed: No connection to the server: connection refused.")
        #expect(clock.sleeperCount == 0)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Without a timeout nothing is timed`() async throws {
        let (clock, feed, isAsked) = (ManualClock(), InMemoryFeed(), Log<Void>())
        let connection = Self.connection(clock, nil) { _, _ in
            isAsked.append(())
            return .noResponse(feed: feed)
        }
        let outcome = try await Self.outcome(of: connection) {
            await isAsked.next()
            clock.advance(by: .seconds(86_400))
            #expect(clock.sleeperCount == 0)
            feed.end()
        }
        #expect(outcome == "connectionFailed: The server sent no response.")
    }

    @Test(arguments: [Duration.seconds(-1), .zero, .seconds(Int64.max)])
    @available(SwiftSSE 1.0, *)
    func `No timeout is too short or too long`(timeout: Duration) async throws {
        let transport = InMemoryTransport { _, _ in
            timeout > .zero ? InMemoryResponse() : .noResponse()
        }
        let connection = EventStreamConnection(transport, .init(connectTimeout: timeout))
        let outcome = try await Self.outcome(of: connection) {}
        #expect(timeout > .zero ? outcome == "opened" : outcome.hasPrefix("connectTimeout: "))
    }
}
