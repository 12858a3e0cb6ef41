#if SQLite
import Foundation
import GRDB
import SSETestSupport
import Testing

@testable import SSESQLite

/// What happens when the file cannot be written.
@Suite(.timeLimit(.minutes(3)))
struct SQLiteFailureTests {
    @available(SwiftSSE 1.0, *)
    @Test
    func `When the disk is full nothing is added, reading goes on, and publishing as soon as there is space`()
        async throws
    {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            for number in 1...5 { try await engine.append("\(number)", to: "a", key: "\(number)") }
            try await engine.onWriter { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
            }
            let before = try engine.bounds()
            let big = String(repeating: "x", count: 100_000)
            for _ in 1...3 {
                let error = await #expect(throws: BrokerError.self) {
                    try await engine.append(big, to: "a", key: "big")
                }
                #expect(error?.code == .storageFull)
                #expect(error?.message == "'\(engine.path)' cannot be written: the disk is full.")
            }
            #expect(engine.health() == .unavailable("'\(engine.path)' cannot be written: the disk is full."))
            #expect(try engine.bounds() == before)
            #expect(try await engine.all().map(\.event.data) == ["1", "2", "3", "4", "5"])
            // Those that are in the same transaction fail together; afterwards each may try again.
            try await engine.onWriter { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = 1000000") }
            let receipt = try await engine.append(big, to: "a", key: "big")
            #expect(receipt.position.sequence == 6 && !receipt.isDuplicate)
            #expect(engine.health() == .healthy)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A file that may not be written is told, and found to be well again without a publisher`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            try await engine.append("1", to: "a")
            try await engine.onWriter { try $0.execute(sql: "PRAGMA query_only = 1") }
            let error = await #expect(throws: BrokerError.self) { try await engine.append("2", to: "a") }
            #expect(error?.code == .engineUnavailable)
            #expect(error?.message == "'\(engine.path)' cannot be written: it may not be written.")
            try await engine.tickOnWriter()
            #expect(engine.health() != .healthy)
            #expect(try await engine.all().count == 1)
            try await engine.onWriter { try $0.execute(sql: "PRAGMA query_only = 0") }
            engine.tick()
            try await waitUntil { engine.health() == .healthy }
            #expect(try await engine.append("2", to: "a").position.sequence == 2)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A broker is well again as soon as its file is, without a publisher`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            let broker = try await Broker(engine: engine)
            try await engine.onWriter { try $0.execute(sql: "PRAGMA query_only = 1") }
            await #expect(throws: BrokerError.self) { try await broker.publish(ServerSentEvent(data: "1"), to: "a") }
            guard case .unavailable = await broker.health() else {
                Issue.record("The broker is well.")
                return
            }
            try await engine.onWriter { try $0.execute(sql: "PRAGMA query_only = 0") }
            try await engine.tickOnWriter()
            #expect(await broker.health() == .healthy)
            await engine.close()
        }
    }

    /// A page that there is already can be written on a full disk, which must not pass for a disk with space.
    @available(SwiftSSE 1.0, *)
    @Test
    func `A full disk stays full until as much as the event that failed can be written`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            for number in 1...5 { try await engine.append("\(number)", to: "a") }
            func allow(_ bytes: Int) async throws {
                try await engine.onWriter { db in
                    let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                    _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages + bytes / 4096)")
                }
            }
            try await allow(0)
            let full = EngineHealth.unavailable("'\(engine.path)' cannot be written: the disk is full.")
            let big = String(repeating: "x", count: 100_000)
            await #expect(throws: BrokerError.self) { try await engine.append(big, to: "a") }
            for bytes in [0, 50_000] {
                try await allow(bytes)
                for _ in 1...3 {
                    try await engine.tickOnWriter()
                    #expect(engine.health() == full, "\(bytes)")
                }
            }
            try await allow(200_000)
            engine.tick()
            try await waitUntil { engine.health() == .healthy }
            #expect(try await engine.append(big, to: "a").position.sequence == 6)
            // Nothing of the trial is left.
            let tables = try await engine.onWriter {
                try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'trial'")
            }
            #expect(tables.isEmpty)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `An event that cannot be written as text fails alone`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            let results = try await withThrowingTaskGroup(of: Result<UInt64, any Error>.self) { group in
                try await engine.withBusyWriter {
                    for event in [
                        ServerSentEvent(data: "1"), ServerSentEvent(bytes: [0xFF]), ServerSentEvent(data: "3"),
                    ] {
                        group.addTask {
                            do {
                                return .success(
                                    try await engine.append(Publication(event, topics: ["a"])).position.sequence
                                )
                            } catch {
                                return .failure(error)
                            }
                        }
                    }
                    // All of them go into one transaction.
                    try await waitUntil { engine.pendingCount == 3 }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let sequences = results.compactMap { try? $0.get() }
            #expect(sequences.sorted() == [1, 2])
            for case .failure(let error) in results { #expect((error as? BrokerError)?.code == .invalidEvent) }
            #expect(engine.health() == .healthy)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: [
            "UPDATE event SET topics = x'0102' WHERE sequence = 2", "UPDATE event SET type = x'0D' WHERE sequence = 2",
            "UPDATE event SET id = x'00' WHERE sequence = 2", "UPDATE event SET retry = -5 WHERE sequence = 2",
            "UPDATE event SET topics = '' WHERE sequence = 2",
        ]
    )
    func `A row that is no event is an error and not the end`(damage: String) async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            for number in 1...3 { try await first.append("\(number)", to: "a") }
            await first.close()
            try folder.change(damage)
            let engine = try await folder.open()
            let error = await #expect(throws: BrokerError.self) {
                _ = try await engine.read(after: 0, .everything, limit: 10)
            }
            #expect(error?.code == .engineFailed && error?.message.contains("event 2 cannot be read") == true)
            #expect(try await engine.read(after: 2, .everything, limit: 10).records.count == 1)
            #expect(try await engine.append("4", to: "a").position.sequence == 4)
            await engine.close()
            // It goes like others when it is its turn.
            var configuration = BrokerConfiguration.defaults
            configuration.retention.events = 2
            let small = try await folder.open(configuration: configuration)
            try await small.append("5", to: "a")
            #expect(try await small.all().map(\.event.data) == ["4", "5"])
            await small.close()
        }
    }
}
#endif
