#if SQLite
import Foundation
import GRDB
import Testing

@testable import SSESQLite

@Suite(.timeLimit(.minutes(3)))
struct SQLiteOpeningTests {
    @available(SwiftSSE 1.0, *)
    private func expectRefusal(
        _ code: SQLiteEngineError.Code,
        _ part: String,
        _ folder: LogFolder,
        _ path: String? = nil,
        _ location: SourceLocation = #_sourceLocation
    ) async {
        let before = FileManager.default.contents(atPath: path ?? folder.path)
        let error = await #expect(throws: SQLiteEngineError.self, sourceLocation: location) {
            _ = try await folder.open(path)
        }
        #expect(error?.code == code, "\(String(describing: error))", sourceLocation: location)
        #expect(error?.message.contains(part) == true, "\(String(describing: error))", sourceLocation: location)
        #expect(FileManager.default.contents(atPath: path ?? folder.path) == before, sourceLocation: location)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: [
        "x", String(repeating: "Dear diary. ", count: 1000), "SQLite format 3\u{0}", "SQLite format 2\u{0}",
    ])
    func `A file that is no database is refused and left as it was`(text: String) async throws {
        try await LogFolder.with { folder in
            try Data(text.utf8).write(to: URL(filePath: folder.path))
            await self.expectRefusal(.notALog, "no database", folder)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A database of another program is refused and left as it was`() async throws {
        try await LogFolder.with { folder in
            try folder.change("CREATE TABLE player (id INTEGER)")
            await self.expectRefusal(.notALog, "not a log of events", folder)
        }
        try await LogFolder.with { folder in
            try folder.change("PRAGMA application_id = 7; CREATE TABLE player (id INTEGER)")
            await self.expectRefusal(.notALog, "not a log of events", folder)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A log of another format is refused and left as it was`() async throws {
        try await LogFolder.with { folder in
            await (try await folder.open()).close()
            try folder.change("PRAGMA user_version = 2")
            await self.expectRefusal(.otherVersion, "format 2", folder)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: ["DELETE FROM log", "DELETE FROM event WHERE sequence > 3", "UPDATE log SET last = 4"])
    func `A log with something missing is refused`(damage: String) async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            for number in 1...5 { try await engine.append("\(number)", to: "a") }
            await engine.close()
            try folder.change(damage)
            let error = await #expect(throws: SQLiteEngineError.self) { _ = try await folder.open() }
            #expect(error?.code == .damaged && error?.message.contains("is damaged") == true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A folder that is missing and one that is no file are told`() async throws {
        try await LogFolder.with { folder in
            await self.expectRefusal(.cannotOpen, "No such file", folder, folder.url.path + "/none/events.db")
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: false)
            await self.expectRefusal(.cannotOpen, "cannot be opened", folder)
        }
    }

    #if os(Linux)
    /// A process that is started has copies of all descriptors until it has become another program.
    @available(SwiftSSE 1.0, *)
    @Test
    func `A process that is just being started does not keep the lock`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            let lock = URL(filePath: folder.path + "-lock").resolvingSymlinksInPath().path
            let copies = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                .filter { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == lock }
                .compactMap { CInt($0) }.map { dup($0) }
            defer { for copy in copies { close(copy) } }
            #expect(copies.count == 1)
            await first.close()
            try await folder.open().close()
        }
    }
    #endif

    @available(SwiftSSE 1.0, *)
    @Test
    func `A file has one engine, until that is closed or gone`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open()
            try await first.append("1", to: "a")
            let link = folder.url.appending(path: "link.db").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
            for path in [folder.path, link] {
                let error = await #expect(throws: SQLiteEngineError.self) { _ = try await folder.open(path) }
                #expect(error?.code == .inUse)
                #expect(error?.message.contains("by the process \(ProcessInfo.processInfo.processIdentifier)") == true)
            }
            // The first one has not been disturbed.
            try await first.append("2", to: "a")
            await first.close()
            await first.close()
            var second: SQLiteEngine? = try await folder.open(link)
            #expect(try second?.bounds().last == 2)
            second = nil
            let third = try await folder.openWhenFree()
            #expect(try await third.all().count == 2)
            await third.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A closed engine says so`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            try await engine.append("1", to: "a")
            await engine.close()
            for operation in [
                { _ = try await engine.append("2", to: "a") },
                { _ = try await engine.read(after: 0, .all, limit: 1) },
                { try await engine.follow(after: 1) { _ in } },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: BrokerError.self) { try await operation() }
                #expect(error?.code == .closed)
            }
            #expect(engine.health() == .unavailable("The log is closed."))
        }
    }
}
#endif
