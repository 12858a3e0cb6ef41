#if SQLite
import GRDB
import SSETestSupport
import Synchronization
import Testing

@testable import SSEBroker
@testable import SSESQLite

/// What a hostile client can have the engine keep, and do.
@Suite(.timeLimit(.minutes(5)))
struct SQLiteBoundsTests {
    @available(SwiftSSE 1.0, *)
    private static func append(_ publications: [Publication], to engine: SQLiteEngine) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for publication in publications { group.addTask { _ = try await engine.append(publication) } }
        }
    }

    // MARK: What is kept

    /// The bytes of all pages that something is in.
    @available(SwiftSSE 1.0, *)
    private static func usedBytes(_ engine: SQLiteEngine) async throws -> Int {
        try await engine.onWriter { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            return (pages - free) * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: HostileEvents.allCases)
    func `The pages of the file stay within the bound on bytes, whatever the events are made of`(
        kind: HostileEvents
    ) async throws {
        try await LogFolder.with { folder in
            var random = SeededGenerator(seed: 1)
            var configuration = BrokerConfiguration.defaults
            configuration.retention = Retention(events: 100_000, bytes: 1_000_000, age: nil)
            let engine = try await folder.open(durability: .off, configuration: configuration)
            var most = 0
            let step = max(1, kind.count / 20)
            for start in stride(from: 0, to: kind.count, by: step) {
                let publications = try (start..<(start + step)).map { try kind.publication($0, using: &random) }
                try await Self.append(publications, to: engine)
                // What is let go of goes in steps.
                try await waitUntil { engine.state.withLock { $0.head.byteCount } <= 1_000_000 }
                most = max(most, try await Self.usedBytes(engine))
                let recent = engine.state.withLock { $0.recent.reduce(0) { $0 + $1.byteCount } }
                #expect(recent <= EngineState.recentBytes)
            }
            // An empty log has some pages as well, and a tree has some that lead to others.
            #expect(most <= 1_000_000 + 100_000, "\(kind)")
            #expect(try engine.bounds().first > 1)
            // Near enough that the bound is one that can be used.
            #expect(most >= 250_000, "\(kind)")
            await engine.close()
            #expect(try folder.ask("SELECT bytes - (SELECT sum(bytes) FROM event) FROM log") == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `Events that wait to be written count with their topics`() async throws {
        var random = SeededGenerator(seed: 1)
        let publication = try HostileEvents.longTopics.publication(1, using: &random)
        #expect(publication.byteCount >= 100 * Topic.maximumByteCount)
    }

    // MARK: What is compared

    /// A selection of which each event of ``costly(_:)`` costs some two million units, more than a reading may, and wants those with an even number.
    @available(SwiftSSE 1.0, *)
    private static func selection() throws -> TopicSelection {
        TopicSelection(try (0..<100).map { try TopicSelector($0 == 99 ? "{a}/{b}/even" : "{a}/{b}/\($0)") })
    }

    @available(SwiftSSE 1.0, *)
    private static func costly(_ number: Int) throws -> Publication {
        let long = String(repeating: "x", count: 500) + "/" + String(repeating: "y", count: 500)
        let topics = try (0..<10).map { try Topic(long + "/" + ($0 == 9 && number % 2 == 0 ? "even" : "x\($0)")) }
        return Publication(ServerSentEvent(data: "\(number)"), topics: topics)
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `While many compare what costs much, the file is everybody's`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(durability: .off)
            try await Self.append([Self.costly(1)], to: engine)
            try await Self.append([Self.costly(2)], to: engine)
            let selection = try Self.selection()
            let gate = Turnstile()
            try await withThrowingTaskGroup(of: LogSlice.self) { group in
                // More than the file has connections.
                for _ in 0..<8 {
                    group.addTask {
                        try await MatchTurns.$pause.withValue({ _ = await thrownError { try await gate.pass() } }) {
                            try await engine.read(after: 0, selection, limit: 10)
                        }
                    }
                }
                try await gate.waitForWaiters(8)
                #expect(try await engine.read(after: 0, .everything, limit: 10).records.count == 2)
                #expect(try await engine.append("3", to: "a").position.sequence == 3)
                gate.open()
                for try await slice in group {
                    #expect(slice.cursor >= 1 && slice.cursor <= 3 && slice.records.count <= 1)
                }
            }
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A reading that compares much ends early, and the next goes on there`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(durability: .off)
            for number in 1...6 { try await Self.append([Self.costly(number)], to: engine) }
            let selection = try Self.selection()
            let first = try await engine.read(after: 0, selection, limit: 100)
            #expect(first.cursor < 3)
            #expect(try await engine.all(selection).map(\.event.data) == ["2", "4", "6"])
            // Without much to be compared it is one piece of candidates, and one of events.
            let reads = engine.state.withLock { $0.readCount }
            let all = try await engine.read(after: 0, TopicSelection([try TopicSelector("{+all}")]), limit: 100)
            #expect(all.records.count == 6 && all.cursor == 6)
            #expect(engine.state.withLock { $0.readCount } == reads + 2)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `What leaves the log between comparing and reading is missed, and said to be`() async throws {
        try await LogFolder.with { folder in
            var configuration = BrokerConfiguration.defaults
            configuration.retention.events = 2
            let engine = try await folder.open(durability: .off, configuration: configuration)
            try await Self.append([Self.costly(1)], to: engine)
            try await Self.append([Self.costly(2)], to: engine)
            let selection = try Self.selection()
            let gate = Turnstile()
            try await withThrowingTaskGroup(of: LogSlice.self) { group in
                group.addTask {
                    try await MatchTurns.$pause.withValue({ _ = await thrownError { try await gate.pass() } }) {
                        try await engine.read(after: 1, selection, limit: 10)
                    }
                }
                try await gate.waitForWaiters(1)
                for number in 3...4 { try await engine.append("\(number)", to: "a") }
                gate.open()
                let slice = try #require(try await group.next())
                #expect(slice.isMissingEvents && slice.records.isEmpty && slice.cursor >= 2)
            }
            await engine.close()
        }
    }
}
#endif
