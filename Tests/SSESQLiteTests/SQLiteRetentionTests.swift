#if SQLite
import Foundation
import GRDB
import SSETestSupport
import Synchronization
import Testing

@testable import SSESQLite

@Suite(.timeLimit(.minutes(2)))
struct SQLiteRetentionTests {
    @available(SwiftSSE 1.0, *)
    private func configuration(_ retention: Retention, keys: Int = 100_000) -> BrokerConfiguration {
        var configuration = BrokerConfiguration.defaults
        configuration.retention = retention
        configuration.idempotencyKeys = keys
        return configuration
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `No more events are kept than may be, nor anything that belonged to them`() async throws {
        try await LogFolder.with { folder in
            let retention = Retention(events: 10, bytes: .max, age: nil)
            let engine = try await folder.open(configuration: self.configuration(retention, keys: 5))
            for number in 1...100 {
                try await engine.append("\(number)", to: "a", "b", try Topic("c\(number)"), key: "\(number)")
                #expect(try engine.bounds().first == UInt64(max(1, number - 9)))
            }
            #expect(try await engine.all().map(\.event.data) == (91...100).map(String.init))
            let missing = try await engine.read(after: 50, TopicSelection("b"), limit: 3)
            #expect(missing.isMissingEvents && missing.records.map(\.position.sequence) == [91, 92, 93])
            #expect(try await engine.read(after: 90, TopicSelection("b"), limit: 3).isMissingEvents == false)
            #expect(try await engine.append("x", to: "a", key: "96").isDuplicate)
            #expect(try await !engine.append("x", to: "a", key: "95").isDuplicate)
            await engine.close()
            #expect(try folder.ask("SELECT count(*) FROM event") == 10)
            #expect(try folder.ask("SELECT count(*) FROM event_topic") == 28)
            #expect(try folder.ask("SELECT count(*) FROM idempotency") == 5)
            #expect(try folder.ask("SELECT bytes - (SELECT sum(bytes) FROM event) FROM log") == 0)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `No more bytes are kept than may be, but always the newest event`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(
                configuration: self.configuration(Retention(events: 1000, bytes: 1000, age: nil))
            )
            for _ in 1...20 { try await engine.append(String(repeating: "x", count: 100), to: "a") }
            let sizes = try await engine.onWriter { try Int.fetchAll($0, sql: "SELECT bytes FROM event") }
            let total = sizes.reduce(0, +)
            #expect(total <= 1000 && total + sizes[0] > 1000)
            try await engine.append(String(repeating: "x", count: 10_000), to: "a")
            #expect(try engine.bounds() == LogBounds(epoch: engine.epoch, first: 21, last: 21))
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `Events and keys become too old, also while nothing is published and nothing runs`() async throws {
        try await LogFolder.with { folder in
            let configuration = self.configuration(Retention(events: 1000, bytes: .max, age: .seconds(60)))
            let engine = try await folder.open(configuration: configuration, ticks: true)
            try await engine.append("1", to: "a", key: "1")
            folder.advance(by: .seconds(50))
            try await engine.append("2", to: "a", key: "2")
            folder.advance(by: .seconds(10))
            try await engine.tickOnWriter()
            #expect(try engine.bounds().first == 1)
            folder.advance(by: .milliseconds(1))
            // By its own clock it looks each second.
            try await waitUntil { try engine.bounds().first == 2 }
            await engine.close()
            folder.advance(by: .seconds(60))
            let second = try await folder.open(configuration: configuration)
            try await second.tickOnWriter()
            #expect(try second.bounds() == LogBounds(epoch: engine.epoch, first: 3, last: 2))
            await second.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `Much that has become too old goes in steps, between which others publish`() async throws {
        try await LogFolder.with { folder in
            let retention = Retention(events: 100_000, bytes: .max, age: .seconds(60))
            let engine = try await folder.open(durability: .off, configuration: self.configuration(retention))
            try await engine.append(3000, "old")
            folder.advance(by: .seconds(61))
            let commits = engine.state.withLock { $0.commitCount }
            try await engine.append("new", to: "a")
            try await waitUntil { try engine.bounds().first == 3001 }
            // No transaction has taken more than some hundreds along.
            #expect(engine.state.withLock { $0.commitCount } - commits >= 6)
            #expect(try await engine.all().map(\.event.data) == ["new"])
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `The file stays as large as what is kept, and shrinks when less is kept`() async throws {
        try await LogFolder.with { folder in
            let large = Retention(events: 2000, bytes: .max, age: nil)
            let first = try await folder.open(durability: .off, configuration: self.configuration(large))
            try await first.append(2000, String(repeating: "x", count: 1000))
            let full = try await first.onWriter { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0
            for _ in 1...4 { try await first.append(2000, String(repeating: "y", count: 1000)) }
            let later = try await first.onWriter { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0
            // The pages of old events are used again; a transaction adds its events before it removes others.
            #expect(later < full * 2, "\(full) pages became \(later)")
            await first.close()

            let small = Retention(events: 10, bytes: .max, age: nil)
            let second = try await folder.open(configuration: self.configuration(small))
            for _ in 1...60 { second.tick() }
            try await waitUntil {
                for _ in 1...60 { second.tick() }
                guard try second.bounds().first == 9991 else { return false }
                return try await second.onWriter { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0 <= 400
            }
            #expect(try await second.all().count == 10)
            await second.close()
            let size = try FileManager.default.attributesOfItem(atPath: folder.path)[.size] as? Int ?? 0
            #expect(size <= 400 * 4096)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension SQLiteEngine {
    /// Appends many events at once.
    func append(_ count: Int, _ data: String) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for _ in 0..<count { group.addTask { try await self.append(data, to: "a") } }
        }
    }
}
#endif
