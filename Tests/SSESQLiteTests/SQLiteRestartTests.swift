#if SQLite
import Foundation
import Synchronization
import Testing

@testable import SSESQLite

@Suite(.timeLimit(.minutes(2)))
struct SQLiteRestartTests {
    @available(SwiftSSE 1.0, *)
    private static let events: [Publication] = [
        Publication(ServerSentEvent(data: "plain"), topics: ["a"]),
        Publication(
            ServerSentEvent(type: "typed", data: "Grüße\n\n🎉\n", id: "mine", retry: .milliseconds(1500)),
            topics: ["b/ü", "a", "https://example.com/?x=1#y"],
            isPrivate: true
        ),
        Publication(ServerSentEvent(data: ""), topics: ["empty"]),
        Publication(ServerSentEvent(type: "nul\u{0}nul", data: "a\u{0}b\r\nc\rd"), topics: ["a"]),
        Publication(ServerSentEvent(bytes: Array("bytes".utf8)), topics: ["a", "a"]),
        Publication(ServerSentEvent(data: String(repeating: "long ", count: 100_000)), topics: ["long"]),
    ]

    @available(SwiftSSE 1.0, *)
    private func describe(_ records: [LogRecord]) -> [String] {
        records.map { "\($0.position) \($0.topics) \($0.isPrivate) \($0.publisherID ?? "-") \($0.frame.chunk)" }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: SQLiteDurability.allCases, [true, false])
    func `Events, ids, epoch and numbers outlive a restart`(durability: SQLiteDurability, isClosed: Bool) async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open(durability: durability)
            for event in Self.events { _ = try await first.append(event) }
            let records = try await first.all()
            let before = try first.bounds()
            #expect(before.first == 1 && before.last == UInt64(Self.events.count))
            // What was in memory is the same as what is in the file.
            let followed = first.state.withLock { $0.next(after: 0, limit: 100) }
            guard case .records(let recent) = followed else { throw Missing() }
            #expect(self.describe(recent) == self.describe(records))
            let path = isClosed ? folder.path : try folder.copy()
            await first.close()

            let second = try await folder.open(path, durability: durability)
            #expect(try second.bounds() == before)
            #expect(try await self.describe(second.all()) == self.describe(records))
            let receipt = try await second.append("next", to: "a")
            #expect(receipt.position == EventPosition(epoch: before.epoch, sequence: before.last + 1))
            await second.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A key repeated after a restart is a duplicate, within its window`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            let receipt = try await first.append("once", to: "a", key: "key")
            let named = try await first.append(
                Publication(ServerSentEvent(data: "x", id: "mine"), topics: ["a"], idempotencyKey: "named")
            )
            await first.close()
            folder.advance(by: .seconds(119))

            let second = try await folder.open()
            let repetition = try await second.append("twice", to: "a", key: "key")
            #expect(repetition.isDuplicate && repetition.position == receipt.position && repetition.id == receipt.id)
            let other = try await second.append(
                Publication(ServerSentEvent(data: "y", id: "other"), topics: ["a"], idempotencyKey: "named")
            )
            #expect(other.isDuplicate && other.id == "mine" && other.position == named.position)
            folder.advance(by: .seconds(2))
            let late = try await second.append("again", to: "a", key: "key")
            #expect(!late.isDuplicate && late.position.sequence == 3)
            // And from now on that is what is repeated.
            #expect(try await second.append("again", to: "a", key: "key").position == late.position)
            await second.close()
            #expect(try folder.ask("SELECT count(*) FROM idempotency") == 1)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `The number goes on though every event has gone`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            for number in 1...3 { try await first.append("\(number)", to: "a") }
            folder.advance(by: .seconds(3601))
            try await first.append("4", to: "a")
            folder.advance(by: .seconds(3601))
            try await first.tickOnWriter()
            #expect(try first.bounds() == LogBounds(epoch: first.epoch, first: 5, last: 4))
            await first.close()
            let second = try await folder.open()
            #expect(try second.bounds() == LogBounds(epoch: first.epoch, first: 5, last: 4))
            #expect(try await second.append("5", to: "a").position.sequence == 5)
            await second.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A broker on the file resumes its subscribers exactly`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            let broker = try await Broker(engine: first)
            var ids: [String] = []
            for number in 1...10 {
                ids.append(try await broker.publish(ServerSentEvent(data: "\(number)"), to: "a").id)
            }
            await first.close()

            let second = try await folder.open()
            let restarted = try await Broker(engine: second)
            let data = try await restarted.withSubscription(to: TopicSelection("a"), from: .after(id: ids[3])) {
                items in
                #expect(items.outcome == .resumed)
                var data: [String] = []
                for try await case .event(let record) in items {
                    data.append(record.event.data)
                    if data.count == 6 { break }
                }
                return data
            }
            #expect(data == (5...10).map(String.init))
            await second.close()
        }
    }

    private struct Missing: Error {}
}
#endif
