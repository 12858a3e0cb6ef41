import SSETestSupport
import Synchronization
import Testing

@testable import SSEBroker

/// What there is already: the newest events, those since a time, and pages of both.
@Suite(.timeLimit(.minutes(3)))
struct HistoryTests {
    /// A broker with the events 1 to `count`: each third about `b`, each tenth private, the others about `a`, a second
    /// after one another.
    @available(SwiftSSE 1.0, *)
    private static func broker(_ count: Int = 1000, retained: Int = 100_000) async throws -> Broker {
        var configuration = BrokerConfiguration.defaults
        configuration.retention = Retention(events: retained, age: nil)
        let seconds = Mutex(0)
        let time = TimeSource(ManualClock(), system: { .seconds(seconds.withLock { $0 }) })
        let engine = MemoryEngine(configuration: configuration, time: time)
        for number in 1...count {
            seconds.withLock { $0 = number }
            let publication = Publication(
                ServerSentEvent(data: "\(number)"),
                topics: [number % 3 == 0 ? "b" : "a"],
                isPrivate: number % 10 == 0
            )
            _ = try engine.append(publication)
        }
        return try await Broker(engine: engine, configuration: configuration)
    }

    @available(SwiftSSE 1.0, *)
    private static func expected(_ count: Int, _ isWanted: (Int) -> Bool) -> [String] {
        (1...count).filter(isWanted).map { "\($0)" }
    }

    /// Selections, and which of the events they get.
    @available(SwiftSSE 1.0, *)
    private static func selections() throws -> [(TopicSelection, @Sendable (Int) -> Bool)] {
        [
            (TopicSelection("a"), { $0 % 3 != 0 && $0 % 10 != 0 }),
            (TopicSelection("b"), { $0 % 3 == 0 && $0 % 10 != 0 }),
            (TopicSelection([.exact("a"), .exact("b")], grants: [.exact("b")]), { $0 % 10 != 0 || $0 % 3 == 0 }),
            (TopicSelection([try TopicSelector("{x}")], grants: []), { $0 % 10 != 0 }),
            (TopicSelection([.all], grants: []), { $0 % 10 != 0 }),
            (.everything, { _ in true }),
        ]
    }

    // MARK: The newest

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [1, 2, 63, 64, 65, 200, 5000])
    func `The newest events are those that the subscriber wants and may have, and then come the next`(
        count: Int
    ) async throws {
        for (selection, isWanted) in try Self.selections() {
            let broker = try await Self.broker()
            let all = Self.expected(1000, isWanted)
            try await broker.withSubscription(to: selection, from: .newest(count)) { items in
                #expect(items.outcome == .rewound)
                try await broker.publish(ServerSentEvent(data: "next"), to: "a", "b")
                let data = try await items.data(count: min(count, all.count) + 1)
                #expect(data == all.suffix(count) + ["next"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `What leaves the log between the beginning and the first reading is a gap`() async throws {
        for point in [.newest(3), .since(.zero)] as [ResumePoint] {
            var configuration = BrokerConfiguration.defaults
            configuration.retention.events = 3
            let broker = Broker(configuration: configuration)
            for number in 1...3 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
            try await broker.withSubscription(to: "a", from: point) { items in
                #expect(items.outcome == .rewound)
                for number in 4...5 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
                #expect(try await items.data(count: 4) == ["gap overrun", "3", "4", "5"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Of nothing there is nothing, and no newest events are what comes`() async throws {
        let broker = try await Self.broker(10)
        for (topic, count) in [("other", 5), ("a", 0), ("a", -1)] as [(Topic, Int)] {
            try await broker.withSubscription(to: TopicSelection(topic), from: .newest(count)) { items in
                try await broker.publish(ServerSentEvent(data: "next"), to: topic)
                #expect(try await items.data(count: 1) == ["next"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Of events that leave the log before they are read, a gap is told`() async throws {
        let broker = try await Self.broker(100, retained: 100)
        try await broker.withSubscription(to: .everything, from: .newest(100)) { items in
            for number in 101...150 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a") }
            #expect(try await items.data(count: 101) == ["gap overrun"] + (51...150).map { "\($0)" })
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [5, 10, 11, 70, 400])
    func `What the copy of an engine's log does not have comes from the engine`(count: Int) async throws {
        try await withBroker(events: 300, copied: 10) { running in
            let data = try await running.data(from: .newest(count), count: min(count, 300))
            #expect(data == (max(1, 301 - count)...300).map { "\($0)" })
        }
        try await withBroker(events: 300, copied: 10, kept: 60) { running in
            let data = try await running.data(from: .newest(count), count: min(count, 60))
            #expect(data == (max(241, 301 - count)...300).map { "\($0)" })
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `An engine that does not answer is an error, and nobody is counted in`() async throws {
        try await withBroker(events: 100, copied: 10) { running in
            running.engine.fail(.read, with: BrokerError(code: .engineUnavailable, message: "There is no leader."))
            for point in [ResumePoint.newest(50), .since(.zero)] {
                let error = await #expect(throws: BrokerError.self) {
                    try await running.broker.withSubscription(to: "a", from: point) { _ in }
                }
                #expect(error?.code == .engineUnavailable)
            }
            #expect(running.broker.subscriptionCount == 0)
        }
    }

    // MARK: Since a time

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        (Duration.zero, 1), (.seconds(1), 1), (.milliseconds(1001), 2), (.seconds(500), 500), (.seconds(1000), 1000),
    ])
    func `Since a time is from the first event that was stored then or later`(time: Duration, first: Int) async throws {
        let broker = try await Self.broker()
        try await broker.withSubscription(to: .everything, from: .since(time)) { items in
            #expect(items.outcome == .rewound)
            let data = try await items.data(count: 1001 - first)
            #expect(data == (first...1000).map { "\($0)" })
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Since a time to come is what comes`() async throws {
        let broker = try await Self.broker(10)
        try await broker.withSubscription(to: .everything, from: .since(.seconds(11))) { items in
            try await broker.publish(ServerSentEvent(data: "next"), to: "a")
            #expect(try await items.data(count: 1) == ["next"])
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Times do not go back though the system's clock is set back`() async throws {
        let seconds = Mutex(1000)
        let time = TimeSource(ManualClock(), system: { .seconds(seconds.withLock { $0 }) })
        let engine = MemoryEngine(configuration: .defaults, time: time)
        for now in [1000, 2000, 500, 600, 3000] {
            seconds.withLock { $0 = now }
            _ = try engine.append(Publication(ServerSentEvent(data: "\(now)"), topics: ["a"]))
        }
        let records = try engine.read(after: 0, .everything, limit: 10).records
        #expect(records.map(\.time) == [1000, 2000, 2000, 2000, 3000].map { .seconds($0) })
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [1, 150, 290, 291, 292, 300])
    func `A time before the copy is looked for in the engine's log`(first: Int) async throws {
        let seconds = Mutex(0)
        let time = TimeSource(ManualClock(), system: { .seconds(seconds.withLock { $0 }) })
        let engine = SteeredEngine(MemoryEngine(configuration: .defaults, time: time))
        for number in 1...300 {
            seconds.withLock { $0 = number }
            _ = try await engine.append(Publication(ServerSentEvent(data: "\(number)"), topics: ["a"]))
        }
        var configuration = BrokerConfiguration.defaults
        configuration.retention = Retention(events: 10, age: nil)
        // On a busy machine it may take its time.
        configuration.engineTimeout = .seconds(120)
        let broker = try await Broker(engine: engine, configuration: configuration)
        try await withThrowingTaskGroup { group in
            group.addTask { do { try await broker.run() } catch is CancellationError {} }
            try await broker.withSubscription(to: "a", from: .since(.seconds(first))) { items in
                let data = try await items.data(count: 301 - first)
                #expect(data == (first...300).map { "\($0)" })
            }
            // By halving, and then the pieces that are read.
            #expect(engine.count(of: .read) < 20)
            group.cancelAll()
        }
    }

    // MARK: Pages

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [1, 7, 64, 1000])
    func `The pages of a history have each event once, the newest page first`(count: Int) async throws {
        let broker = try await Self.broker(200)
        for (selection, isWanted) in try Self.selections() {
            var (data, pages): ([String], Int) = ([], 0)
            var page = try await broker.history(of: selection, newest: count)
            let end = page.end
            #expect(end.sequence == 200)
            while true {
                #expect(page.records.count <= count && page.end == end)
                data = page.records.map(\.event.data) + data
                pages += 1
                guard let earlier = page.earlier else { break }
                page = try await broker.history(of: selection, newest: count, before: earlier)
            }
            let expected = Self.expected(200, isWanted)
            #expect(data == expected)
            #expect(pages <= (expected.count + count - 1) / count + 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A page has no more bytes than it may, but one event in any case`() async throws {
        let broker = Broker()
        for number in 1...20 {
            let data = "\(number) " + String(repeating: "x", count: number == 10 ? 5000 : 100)
            try await broker.publish(ServerSentEvent(data: data), to: "a")
        }
        var (sizes, end): ([Int], EventPosition?) = ([], nil)
        repeat {
            let page = try await broker.history(of: "a", newest: 100, before: end, bytes: 1000)
            sizes.append(page.records.count)
            #expect(page.records.count == 1 || page.records.reduce(0) { $0 + $1.byteCount } <= 1000)
            end = page.earlier
        } while end != nil
        #expect(sizes.reduce(0, +) == 20 && sizes.contains(1) && sizes.count < 10)
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A page before the copy comes from the engine`() async throws {
        try await withBroker(events: 300, copied: 10) { running in
            let first = try await running.broker.history(of: "a", newest: 20)
            #expect(first.records.map(\.event.data) == (281...300).map { "\($0)" })
            let second = try await running.broker.history(of: "a", newest: 20, before: first.earlier)
            #expect(second.records.map(\.event.data) == (261...280).map { "\($0)" })
        }
    }

    /// Whoever reads one page after the other would never come to the end of those that say nothing.
    @available(SwiftSSE 1.0, *)
    @Test func `A search whose task is cancelled is an error, and no page without events`() async throws {
        let broker = try await Self.broker(100)
        await withTaskGroup { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                let error = await #expect(throws: BrokerError.self) {
                    try await broker.history(of: "a", newest: 10)
                }
                #expect(error?.code == .engineUnavailable)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `A position of another log is refused`() async throws {
        let broker = try await Self.broker(10)
        let other = EventPosition(epoch: broker.bounds.epoch ^ 1, sequence: 5)
        let error = await #expect(throws: BrokerError.self) {
            try await broker.history(of: "a", newest: 1, before: other)
        }
        #expect(error?.code == .invalidID)
    }

    // MARK: What it costs

    @available(SwiftSSE 1.0, *)
    @Test func `A search that costs too much ends with what it has, and a page goes on there`() async throws {
        let broker = Broker()
        let long = try Topic(String(repeating: "x-", count: 200))
        for number in 1...200 { try await broker.publish(ServerSentEvent(data: "\(number)"), to: long) }
        let variables = "abcdefghijklmnop".map { "{\($0)}" }.joined(separator: "-")
        let selection = TopicSelection([.template(try URITemplate("\(variables)!"))])
        let pauses = Watched(0)
        try await MatchTurns.$pause.withValue({ pauses.update { $0 += 1 } }) {
            var search = HistorySearch(broker.store, nil, selection, keepsRecords: true, mostUnits: 500_000)
            let found = try await search.run(10, through: 200)
            #expect(found.records.isEmpty && found.cursor > found.floor && found.cursor < 200)
            // And others have had their turns.
            #expect(pauses.value > 5)
            // Though not even one event may be compared for so little, whoever asks again gets on.
            var next = HistorySearch(broker.store, nil, selection, keepsRecords: true, mostUnits: 1)
            #expect(try await next.run(10, through: 200).cursor == 199)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Of a topic with many events little is looked at`() async throws {
        try await withBroker(events: 3000, copied: 10) { running in
            let count = running.engine.count(of: .read)
            _ = try await running.broker.history(of: "a", newest: 50)
            #expect(running.engine.count(of: .read) - count <= 2)
        }
    }
}
