internal import NIOCore
internal import NIOEmbedded
internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEServer

/// The end of a fan-out, while there are clients that have a place and no stream yet.
@Suite(.timeLimit(.minutes(5)))
struct PlaceTests {
    /// Longer than a test may take.
    private static let never = Duration.seconds(3600)

    /// Ends a fan-out, and does something as soon as that waits.
    @available(SwiftSSE 1.0, *)
    private static func drain(
        _ fanOut: FanOut,
        _ log: Log<String>,
        whileItWaits body: () async throws -> Void
    ) async rethrows {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await fanOut.drain(over: .zero, timeout: Self.never)
                log.append("drained")
            }
            while fanOut.places.waiterCount == 0, log.entries.isEmpty { await Task.yield() }
            try await body()
            try await group.waitForAll()
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The end waits for clients whose stream has still to begin`() async throws {
        let fanOut = FanOut(Broker())
        let log = Log<String>()
        var admission: Admission? = try fanOut.admit(.all, from: .latest) { log.append("given back") }
        #expect(admission?.outcome == .live)
        await Self.drain(fanOut, log) { admission = nil }
        #expect(log.entries == ["given back", "drained"])
        #expect(throws: BrokerError.self) { try fanOut.admit(.all, from: .latest) }
        #expect(throws: BrokerError.self) { try fanOut.admitAtOnce(.all, from: .latest) }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `The end waits for clients for whom an engine is asked`() async throws {
        let engine = SteeredEngine()
        for data in ["1", "2", "3"] {
            _ = try await engine.append(Publication(ServerSentEvent(data: data), topics: ["a"]))
        }
        // So few that the broker cannot know all ids.
        var configuration = BrokerConfiguration.defaults
        configuration.retention.events = 1
        configuration.engineTimeout = Self.never
        let broker = try await Broker(engine: engine, configuration: configuration)
        let fanOut = FanOut(broker)
        let log = Log<String>()
        engine.gate(.find).close()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await broker.run() }
            group.addTask {
                let admission = try await fanOut.admission(to: .all, from: .after(id: "unknown"))
                log.append("admitted")
                withExtendedLifetime(admission) {}
            }
            try await engine.gate(.find).waitForWaiters(1)
            await Self.drain(fanOut, log) { engine.gate(.find).open() }
            group.cancelAll()
            while await group.nextResult() != nil {}
        }
        #expect(log.entries == ["admitted", "drained"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A place that nobody uses and nobody gives back holds up the end no longer than it may take`() async throws {
        let fanOut = FanOut(Broker())
        let admission = try fanOut.admit(.all, from: .latest)
        await fanOut.drain(over: .zero, timeout: .milliseconds(1))
        #expect(fanOut.broker.subscriptionCount == 1)
        withExtendedLifetime(admission) {}
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client who is refused has no place`() async throws {
        let fanOut = FanOut(Broker())
        #expect(throws: BrokerError.self) { try fanOut.admit(TopicSelection(), from: .latest) }
        await #expect(throws: BrokerError.self) { try await fanOut.admission(to: TopicSelection(), from: .latest) }
        await fanOut.drain(over: .zero, timeout: Self.never)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A client that is served by a writer does not hold up the end, and its own is told`() async throws {
        let fanOut = FanOut(Broker())
        let log = Log<String>()
        let sink = TestSink()
        let admission = try fanOut.admit(.all, from: .latest) { log.append("over") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await withEventStream(to: sink) { try await fanOut.serve(admission, to: $0) }
            }
            try await fanOut.broker.publish(ServerSentEvent(data: "1"), to: "a")
            for await _ in sink.begun { break }
            await fanOut.drain(over: .zero, timeout: Self.never)
            #expect(log.entries == [])
            group.cancelAll()
            _ = await group.nextResult()
        }
        #expect(log.entries == ["over"])
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A place is given back once, whether or not a stream has begun`() throws {
        let subscribers = EmbeddedSubscribers()
        let isNone = subscribers.eventLoop.makePromise(of: Bool.self)
        let log = Log<Bool>()
        isNone.futureResult.whenSuccess { log.append($0) }
        let (channel, _) = try subscribers.subscribe()
        var admission: Admission? = try subscribers.fanOut.admit(.all, from: .latest)
        subscribers.fanOut.places.notify(isNone)
        #expect(admission?.outcome == .live)
        admission = nil
        #expect(log.entries.isEmpty)
        _ = try channel.finish()
        #expect(log.entries == [true])
    }
}
