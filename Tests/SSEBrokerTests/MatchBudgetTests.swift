internal import SSETestSupport
internal import ServerSentEvents
internal import Testing

@testable internal import SSEBroker

/// Comparing events with selections in pieces.
struct MatchBudgetTests {
    private static let names = ["a", "b", "x/1", "x/2", "x/1/y", "long/" + String(repeating: "z", count: 200)]
    private static let selectors = ["a", "x/2", "*", "x/{n}", "{m}/{n}/y", "long/{+rest}", "{n}", "none/{n}"]

    @available(SwiftSSE 1.0, *)
    private static func selection(_ random: inout SeededGenerator) throws -> TopicSelection {
        func some() throws -> [TopicSelector] {
            try (0..<Int.random(in: 0...4, using: &random)).map { _ in
                try TopicSelector(Self.selectors.randomElement(using: &random) ?? "a")
            }
        }
        return TopicSelection(try some(), grants: try some())
    }

    @available(SwiftSSE 1.0, *)
    private static func record(_ random: inout SeededGenerator, _ sequence: UInt64 = 1) throws -> LogRecord {
        let topics = try (0...Int.random(in: 0...4, using: &random)).map { _ in
            try Topic(Self.names.randomElement(using: &random) ?? "a")
        }
        return try LogRecord(
            position: EventPosition(epoch: 1, sequence: sequence),
            topics: topics,
            event: ServerSentEvent(data: ""),
            isPrivate: Bool.random(using: &random)
        )
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    @available(SwiftSSE 1.0, *)
    func `However often comparing pauses, the answer is that of comparing at once`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let selection = try Self.selection(&random)
            let record = try Self.record(&random)
            var place = MatchPlace()
            var answer: Bool?
            var pauses = 0
            while answer == nil {
                var budget = MatchBudget(Int.random(in: 1...60, using: &random))
                answer = selection.matches(record, from: &place, &budget)
                pauses += 1
                try #require(pauses < 10_000)
            }
            #expect(answer == selection.matches(record))
            #expect(place == MatchPlace())
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A spent budget compares nothing, and one call spends little more than there is`() throws {
        let selection = TopicSelection(try (0..<100).map { try TopicSelector("{a}{b}{c}!\($0){d}") })
        let topics = try (0..<100).map { try Topic(String(repeating: "x", count: 2000) + "\($0)") }
        let event = ServerSentEvent(data: "")
        let record = try LogRecord(position: EventPosition(epoch: 1, sequence: 1), topics: topics, event: event)
        var place = MatchPlace()
        var spent = MatchBudget(0)
        #expect(selection.matches(record, from: &place, &spent) == nil && place == MatchPlace() && spent.left == 0)
        var budget = MatchBudget(100_000)
        #expect(selection.matches(record, from: &place, &budget) == nil)
        // The last comparison is of four variables with 2,000 bytes.
        #expect(budget.left > -10_000 && place != MatchPlace())
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    @available(SwiftSSE 1.0, *)
    func `A log that is read with a small budget gives what it gives with a large one`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let store = LogStore(
            log: EventLog(epoch: 1, retention: Retention(events: 40, bytes: .max, age: nil)),
            window: IdempotencyWindow(span: .zero, limit: 1),
            time: TimeSource(ContinuousClock())
        )
        for sequence in 1...60 as ClosedRange<UInt64> { try store.append(contentsOf: [Self.record(&random, sequence)]) }
        for _ in 0..<10 {
            let selection = try Self.selection(&random)
            let start = UInt64.random(in: 20...60, using: &random)
            let beginning = ResumedCursor(epoch: 1, sequence: start, outcome: .resumed)
            var cursor = LogCursor(beginning, selection, .gap, hasEngine: false)
            var found: [UInt64] = []
            for _ in 0..<100_000 where cursor.position.sequence < 60 {
                var budget = MatchBudget(Int.random(in: 1...300, using: &random))
                let slice = store.read(for: cursor, limit: 3, &budget)
                guard cursor.next(slice) == .deliver else { continue }
                found += slice.records.map(\.position.sequence)
                cursor.advance(through: slice.cursor)
            }
            #expect(cursor.position.sequence == 60)
            #expect(found == store.read(after: start, selection, limit: 100).records.map(\.position.sequence))
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `An id that many private events have is found by those who may have one of them`() async throws {
        let broker = Broker()
        for number in 0..<200 {
            let event = ServerSentEvent(data: "\(number)", id: "same")
            let topics: [Topic] = number == 150 ? ["a", "mine"] : ["a"]
            try await broker.publish(Publication(event, topics: topics, isPrivate: true))
        }
        let mine = TopicSelection([.exact("a")], grants: [.exact("mine")])
        let cursor = try await broker.admit(mine, from: .after(id: "same"))
        #expect(cursor.outcome == .resumed && cursor.sequence == 151)
        let other = try await broker.admit(TopicSelection("a"), from: .after(id: "same"))
        #expect(other.outcome == .gap(.unknown))
        for selection in [mine, TopicSelection("a")] { broker.release(selection) }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `Whatever leaves the log at once, nobody has the lock for long`() throws {
        var log = EventLog(epoch: 1, retention: Retention(events: 10_000, bytes: .max, age: .seconds(1)))
        for _ in 1...2000 {
            let event = ServerSentEvent(data: "")
            log.append(try LogRecord(position: log.nextPosition, topics: ["a"], event: event), at: .zero)
        }
        var steps = 0
        while !log.removeExpired(at: .seconds(2), limit: EventLog.stepLength) { steps += 1 }
        #expect(steps == 2000 / EventLog.stepLength && log.first == 2001)
    }
}
