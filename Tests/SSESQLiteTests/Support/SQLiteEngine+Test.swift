#if SQLite
import Dispatch
import GRDB
import Testing

@testable import SSESQLite

@available(SwiftSSE 1.0, *)
extension SQLiteEngine {
    /// Appends an event.
    @discardableResult
    func append(_ data: String, to topics: Topic..., key: String? = nil) async throws -> PublishReceipt {
        try await self.append(Publication(ServerSentEvent(data: data), topics: topics, idempotencyKey: key))
    }

    /// Everything that is in the log.
    func all(_ selection: TopicSelection = .everything) async throws -> [LogRecord] {
        var records: [LogRecord] = []
        var cursor = try self.bounds().first - 1
        while try cursor < self.bounds().last {
            let slice = try await self.read(after: cursor, selection, limit: 1000)
            try #require(slice.cursor > cursor && !slice.isMissingEvents)
            records += slice.records
            cursor = slice.cursor
        }
        return records
    }

    /// Does something on the connection that writes, between two transactions.
    func onWriter<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await self.file.pool.writeWithoutTransaction(body)
    }

    /// Lets a second's tick do its work.
    ///
    /// An append is answered before its step has ended, and a tick does nothing during a step.
    func tickOnWriter() async throws {
        try await self.onWriter { _ in }
        self.tick()
        try await self.onWriter { _ in }
    }

    /// Keeps the connection that writes busy for the time of a closure.
    func withBusyWriter(_ body: () async throws -> Void) async throws {
        let gate = DispatchSemaphore(value: 0)
        self.file.pool.asyncWriteWithoutTransaction { _ in gate.wait() }
        do {
            try await body()
        } catch {
            gate.signal()
            throw error
        }
        gate.signal()
    }
}

#endif
