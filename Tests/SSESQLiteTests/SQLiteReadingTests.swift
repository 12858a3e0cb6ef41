#if SQLite
import Foundation
import GRDB
import SSETestSupport
import Synchronization
import Testing

@testable import SSESQLite

@Suite(.timeLimit(.minutes(3)))
struct SQLiteReadingTests {
    @available(SwiftSSE 1.0, *)
    @Test
    func `Replaying a topic does not look at the events of others`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open(durability: .off)
            try await first.append("1", to: "rare")
            try await first.append(2000, "many")
            try await first.append("2", to: "rare", "other")
            await first.close()
            // Had it looked at one of them, it would have failed.
            try folder.change("UPDATE event SET topics = x'00' WHERE sequence BETWEEN 2 AND 2001")
            let engine = try await folder.open()
            let slice = try await engine.read(after: 0, TopicSelection("rare", "none", "other"), limit: 10)
            #expect(slice.records.map(\.event.data) == ["1", "2"] && slice.cursor == 2002)
            let one = try await engine.read(after: 0, TopicSelection("rare"), limit: 1)
            #expect(one.records.map(\.event.data) == ["1"] && one.cursor == 1)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A subscriber of a quiet topic resumes without a gap`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            var configuration = BrokerConfiguration.defaults
            configuration.retention.events = 50
            let broker = try await Broker(engine: engine, configuration: configuration)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { try await broker.run() } catch is CancellationError {}
                }
                try await checkQuietTopic(broker)
                group.cancelAll()
            }
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `The time of an event outlives a restart, and a broker finds what came since`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            for number in 1...300 {
                folder.advance(by: .seconds(1))
                try await first.append("\(number)", to: "a")
            }
            await first.close()
            let second = try await folder.open()
            let times = try await second.all().compactMap(\.time)
            #expect(times.count == 300 && times[299] - times[0] == .seconds(299))
            #expect(times[0] == .milliseconds(1_800_000_000_000) + .seconds(1))
            var configuration = BrokerConfiguration.defaults
            configuration.retention = Retention(events: 10, age: nil)
            let broker = try await Broker(engine: second, configuration: configuration)
            try await withThrowingTaskGroup { group in
                group.addTask { do { try await broker.run() } catch is CancellationError {} }
                for point in [ResumePoint.since(times[99]), .newest(201)] {
                    try await broker.withSubscription(to: TopicSelection("a"), from: point) { items in
                        var data: [String] = []
                        for try await case .event(let record) in items {
                            data.append(record.event.data)
                            if data.count == 201 { break }
                        }
                        #expect(data == (100...300).map { "\($0)" })
                    }
                }
                group.cancelAll()
            }
            await second.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `Events whose topics have the same hash are told apart`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            try await first.append("1", to: "a")
            try await first.append("2", to: "b")
            await first.close()
            try folder.change("INSERT INTO event_topic (hash, sequence) VALUES (\(TopicHash.of("a")), 2)")
            let engine = try await folder.open()
            #expect(try await engine.all(TopicSelection("a")).map(\.event.data) == ["1"])
            #expect(try await engine.all(TopicSelection("b")).map(\.event.data) == ["2"])
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `An event is found by the id of its publisher, the first if there are several`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            for id in ["x", "mine", "mine", "Mine"] {
                let event = ServerSentEvent(data: "x", id: try ServerSentEvent.EventID(id))
                _ = try await engine.append(Publication(event, topics: ["a"]))
            }
            #expect(try await engine.sequence(ofPublisherID: "mine") == 2)
            #expect(try await engine.sequence(ofPublisherID: "Mine") == 4)
            #expect(try await engine.sequence(ofPublisherID: "none") == nil)
            let plan = try await engine.onWriter { db in
                try Row.fetchAll(
                    db,
                    sql: "EXPLAIN QUERY PLAN SELECT sequence FROM event WHERE id = x'00' ORDER BY sequence LIMIT 1"
                )
                .map { $0.description }
            }
            #expect(plan.count == 1 && plan.first?.contains("event_id") == true)
            await engine.close()
        }
    }

    /// The numbers are in files: they must stay what they are.
    @available(SwiftSSE 1.0, *)
    @Test
    func `Hashes are those of the published test vectors`() {
        #expect(UInt64(bitPattern: TopicHash.of("a")) == 0xAF63_DC4C_8601_EC8C)
        #expect(UInt64(bitPattern: TopicHash.of("foobar")) == 0x8594_4171_F739_67E8)
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A read is bounded in bytes, and goes on where it ended`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(durability: .off)
            let data = String(repeating: "x", count: 1024 * 1024)
            for _ in 1...20 { try await engine.append(data, to: "a") }
            for selection in [TopicSelection.everything, .all, TopicSelection("a")] {
                let slice = try await engine.read(after: 0, selection, limit: 1000)
                #expect(slice.records.count == 7 && slice.cursor == 7)
                let less = try await engine.read(after: 2, selection, limit: 1000, bytes: 2_100_000)
                #expect(less.records.count == 2 && less.cursor == 4)
                let one = try await engine.read(after: 2, selection, limit: 1000, bytes: 1)
                #expect(one.records.count == 1 && one.cursor == 3)
                #expect(try await engine.all(selection).map(\.position.sequence) == Array(1...20))
            }
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [UInt64.max, UInt64.max - 1, UInt64(Int64.max), 4])
    func `Behind the end there is nothing, wherever that is`(cursor: UInt64) async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            for number in 1...4 { try await engine.append("\(number)", to: "a") }
            for selection in [TopicSelection.everything, TopicSelection("a")] {
                let slice = try await engine.read(after: cursor, selection, limit: .max)
                #expect(slice.records.isEmpty && slice.cursor == cursor && !slice.isMissingEvents)
            }
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A follower that is slow reads the file, and is told when that has let go of its next event`() async throws {
        try await LogFolder.with { folder in
            var configuration = BrokerConfiguration.defaults
            configuration.retention.events = 100
            let engine = try await folder.open(durability: .off, configuration: configuration, recentEvents: 10)
            for number in 1...100 { try await engine.append("\(number)", to: "a") }
            let received = FollowedEvents()
            let error = await #expect(throws: BrokerError.self) {
                try await engine.follow(after: 0) { records throws(BrokerError) in
                    if received.append(records) == 100 { throw BrokerError(code: .invalidEvent, message: "enough") }
                }
            }
            #expect(error?.code == .invalidEvent && received.sequences == Array(1...100))
            try await engine.append("101", to: "a")
            let missed = await #expect(throws: BrokerError.self) { try await engine.follow(after: 0) { _ in } }
            #expect(missed?.code == .eventsMissed)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A follower gets what was appended from memory`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(durability: .off)
            let received = FollowedEvents()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await engine.follow(after: 0) { records in _ = received.append(records) }
                }
                for number in 1...20 { try await engine.append("\(number)", to: "a") }
                try await received.wait(forCount: 20)
                group.cancelAll()
                while let result = await group.nextResult() {
                    #expect(throws: CancellationError.self) { try result.get() }
                }
            }
            #expect(received.sequences == Array(1...20))
            #expect(engine.state.withLock { $0.readCount } == 0)
            await engine.close()
        }
    }
}
#endif
