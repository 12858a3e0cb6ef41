#if SQLite
import Foundation
import GRDB
import SSETestSupport
import Synchronization
import Testing

@testable import SSESQLite

/// A folder with a log, and what its engine takes from the machine.
@available(SwiftSSE 1.0, *)
final class LogFolder: Sendable {
    let url: URL
    /// Milliseconds since 1970, moved by hand.
    private let time = Mutex<Int64>(1_800_000_000_000)
    /// How far the system's clock is off.
    private let error = Mutex<Int64>(0)

    /// Makes a folder for the time of a closure.
    static func with<Result>(_ body: (LogFolder) async throws -> Result) async throws -> Result {
        let folder = try LogFolder()
        defer { try? FileManager.default.removeItem(at: folder.url) }
        return try await body(folder)
    }

    init() throws {
        self.url = FileManager.default.temporaryDirectory.appending(path: "sse-log-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.url, withIntermediateDirectories: true)
    }

    var path: String { self.url.appending(path: "events.db").path }

    func advance(by duration: Duration) {
        self.time.withLock { $0 += duration.milliseconds }
    }

    /// Sets the system's clock, which does not change how much time goes by.
    func setClock(by duration: Duration) {
        self.error.withLock { $0 += duration.milliseconds }
    }

    /// Opens the log.
    func open(
        _ path: String? = nil,
        durability: SQLiteDurability = .full,
        configuration: BrokerConfiguration = .defaults,
        bootID: String? = "boot",
        recentEvents: Int = 4096,
        ticks: Bool = false
    ) async throws -> SQLiteEngine {
        try await SQLiteEngine(
            path: path ?? self.path,
            durability: durability,
            configuration: configuration,
            environment: EngineEnvironment(
                now: { self.time.withLock { $0 } + self.error.withLock { $0 } },
                uptime: { self.time.withLock { $0 } },
                bootID: bootID,
                recentEvents: recentEvents,
                tickInterval: ticks ? .seconds(1) : nil
            )
        )
    }

    /// Opens the log of an engine that has just been let go of: that ends its work on a queue of its own.
    func openWhenFree() async throws -> SQLiteEngine {
        var engine: SQLiteEngine?
        try await waitUntil {
            do {
                engine = try await self.open()
            } catch let error as SQLiteEngineError where error.code == .inUse {
                return false
            }
            return true
        }
        return try #require(engine)
    }

    /// Copies the log's files as they are, as a failure would leave them.
    ///
    /// - Parameter suffixes: What is behind the names of the files.
    /// - Returns: The copy's path.
    func copy(as name: String = "copy.db", suffixes: [String] = ["", "-wal"]) throws -> String {
        let copy = self.url.appending(path: name).path
        for suffix in suffixes where FileManager.default.fileExists(atPath: self.path + suffix) {
            try? FileManager.default.removeItem(atPath: copy + suffix)
            try FileManager.default.copyItem(atPath: self.path + suffix, toPath: copy + suffix)
        }
        return copy
    }

    /// Asks the file something while no engine has it open.
    func ask<Value: DatabaseValueConvertible>(_ sql: String, as type: Value.Type = Value.self) throws -> Value? {
        try DatabaseQueue(path: self.path).read { try Value.fetchOne($0, sql: sql) }
    }

    /// Does something to the file while no engine has it open.
    func change(_ sql: String) throws {
        try DatabaseQueue(path: self.path).writeWithoutTransaction { try $0.execute(sql: sql) }
    }
}
#endif
