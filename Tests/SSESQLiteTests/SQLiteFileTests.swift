#if SQLite
import Foundation
import GRDB
import SSETestSupport
import Testing

@testable import SSESQLite

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#elseif canImport(Glibc)
import Glibc
#endif

/// What somebody does to the files of a log.
@Suite(.timeLimit(.minutes(3)))
struct SQLiteFileTests {
    private static func permissions(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A new log is nobody else's to read, and an old one is left as it is`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            try await engine.append("1", to: "a")
            for suffix in ["", "-wal", "-shm", "-lock"] {
                #expect(try Self.permissions(folder.path + suffix) == 0o600, "\(suffix)")
            }
            await engine.close()
            try #require(chmod(folder.path, 0o640) == 0)
            let second = try await folder.open()
            #expect(try Self.permissions(folder.path) == 0o640)
            await second.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["", "-wal", "-lock"])
    func `What is not a file is refused, and not waited for`(suffix: String) async throws {
        try await LogFolder.with { folder in
            try #require(mkfifo(folder.path + suffix, 0o600) == 0)
            let error = await #expect(throws: SQLiteEngineError.self) { _ = try await folder.open() }
            #expect(error?.code == .notALog && error?.message.contains("is not a file") == true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A log with two names is refused, whoever has it open by one of them`() async throws {
        try await LogFolder.with { folder in
            let other = folder.url.appending(path: "other.db").path
            let engine = try await folder.open()
            try await engine.append("1", to: "a")
            try FileManager.default.linkItem(atPath: folder.path, toPath: other)
            let error = await #expect(throws: SQLiteEngineError.self) { _ = try await folder.open(other) }
            #expect(error?.code == .cannotOpen && error?.message.contains("2 names") == true)
            try await engine.append("2", to: "a")
            await engine.close()
            let second = await #expect(throws: SQLiteEngineError.self) { _ = try await folder.open() }
            #expect(second?.code == .cannotOpen)
            try FileManager.default.removeItem(atPath: other)
            let third = try await folder.open()
            #expect(try await third.all().count == 2)
            await third.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["", "-wal"])
    func `Nothing is acknowledged for a file that is no longer there`(suffix: String) async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            try await engine.append("1", to: "a")
            let (path, aside) = (folder.path + suffix, folder.path + ".aside")
            try FileManager.default.moveItem(atPath: path, toPath: aside)
            // Found out without a publisher, and by one.
            engine.tick()
            guard case .unavailable(let reason) = engine.health() else {
                Issue.record("The engine is well.")
                return
            }
            #expect(reason.contains("has been removed or replaced"))
            let error = await #expect(throws: BrokerError.self) { try await engine.append("2", to: "a") }
            #expect(error?.code == .engineUnavailable)
            // Another file in its place is not it.
            try Data().write(to: URL(filePath: path))
            await #expect(throws: BrokerError.self) { try await engine.append("2", to: "a") }
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.moveItem(atPath: aside, toPath: path)
            #expect(try await engine.append("3", to: "a").position.sequence == 2)
            #expect(engine.health() == .healthy)
            await engine.close()
        }
    }

    // MARK: A log that is shorter than it was

    @available(SwiftSSE 1.0, *)
    @Test(arguments: SQLiteDurability.allCases, [true, false])
    func `A log whose write-ahead log is missing begins a new epoch`(durability: SQLiteDurability, hasNote: Bool)
        async throws
    {
        try await LogFolder.with { folder in
            let engine = try await folder.open(durability: durability)
            for number in 1...5 { try await engine.append("\(number)", to: "a") }
            let copy = try folder.copy(suffixes: [""] + (hasNote ? ["-lock"] : []))
            await engine.close()
            let second = try await folder.open(copy, durability: durability)
            #expect(second.epoch != engine.epoch)
            #expect(try second.bounds().last < 5)
            await second.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A log whose write-ahead log is damaged begins a new epoch, and a whole one does not`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            for number in 1...50 { try await engine.append("\(number)", to: "a") }
            let files = ["", "-wal", "-lock"]
            let (damaged, whole) = (try folder.copy(suffixes: files), try folder.copy(as: "whole.db", suffixes: files))
            await engine.close()
            var log = try Data(contentsOf: URL(filePath: damaged + "-wal"))
            log[log.count / 2] ^= 0xFF
            try log.write(to: URL(filePath: damaged + "-wal"))

            let second = try await folder.open(damaged)
            #expect(second.epoch != engine.epoch)
            let last = try second.bounds().last
            #expect(last < 50)
            #expect(
                try await second.append("next", to: "a").position
                    == EventPosition(epoch: second.epoch, sequence: last + 1)
            )
            await second.close()
            // What is there now is what there is.
            let again = try await folder.open(damaged)
            #expect(again.epoch == second.epoch)
            await again.close()

            let third = try await folder.open(whole)
            #expect(third.epoch == engine.epoch)
            #expect(try third.bounds().last == 50)
            await third.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `An old copy in the place of a log begins a new epoch`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            try await first.append("1", to: "a")
            await first.close()
            let copy = try folder.copy()
            let second = try await folder.open()
            #expect(second.epoch == first.epoch)
            try await second.append("2", to: "a")
            await second.close()
            try FileManager.default.removeItem(atPath: folder.path)
            try FileManager.default.moveItem(atPath: copy, toPath: folder.path)
            let third = try await folder.open()
            #expect(third.epoch != first.epoch)
            await third.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `An engine that is let go of needs no new epoch`() async throws {
        try await LogFolder.with { folder in
            var engine: SQLiteEngine? = try await folder.open()
            try await engine?.append("1", to: "a")
            let epoch = engine?.epoch
            engine = nil
            let second = try await folder.openWhenFree()
            #expect(second.epoch == epoch)
            await second.close()
        }
    }
}
#endif
