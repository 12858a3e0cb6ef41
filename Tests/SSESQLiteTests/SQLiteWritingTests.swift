#if SQLite
import Dispatch
import GRDB
import SSETestSupport
import Synchronization
import Testing

@testable import SSESQLite

@Suite(.timeLimit(.minutes(3)))
struct SQLiteWritingTests {
    @available(SwiftSSE 1.0, *)
    @Test
    func `Appends that come while the file is written go into the next transaction together`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            let commits = engine.state.withLock { $0.commitCount }
            let sequences = try await withThrowingTaskGroup(of: UInt64.self) { group in
                try await engine.withBusyWriter {
                    for number in 1...100 {
                        group.addTask { try await engine.append("\(number)", to: "a").position.sequence }
                    }
                    try await waitUntil { engine.pendingCount == 100 }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(sequences.sorted() == Array(1...100))
            #expect(engine.state.withLock { $0.commitCount } - commits == 1)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A key that is given twice in a transaction adds one event`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            let receipts = try await withThrowingTaskGroup(of: PublishReceipt.self) { group in
                try await engine.withBusyWriter {
                    for _ in 1...10 { group.addTask { try await engine.append("x", to: "a", key: "key") } }
                    try await waitUntil { engine.pendingCount == 10 }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(receipts.count { !$0.isDuplicate } == 1)
            #expect(Set(receipts.map(\.position)).count == 1)
            #expect(try engine.bounds().last == 1)
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `A long read does not hold publishers up`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            try await engine.append("1", to: "a")
            let gate = DispatchSemaphore(value: 0)
            await withCheckedContinuation { continuation in
                engine.file.pool.asyncRead { db in
                    _ = try? Int.fetchOne(db.get(), sql: "SELECT count(*) FROM event")
                    continuation.resume()
                    gate.wait()
                }
            }
            for number in 2...50 { try await engine.append("\(number)", to: "a") }
            #expect(try await engine.all().count == 50)
            gate.signal()
            await engine.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `Closing writes what has been accepted`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await engine.withBusyWriter {
                    for number in 1...10 { group.addTask { try await engine.append("\(number)", to: "a") } }
                    try await waitUntil { engine.pendingCount == 10 }
                    group.addTask { await engine.close() }
                    try await waitUntil { engine.state.withLock { $0.isClosed } }
                }
                try await group.waitForAll()
            }
            #expect(try folder.ask("SELECT count(*) FROM event") == 10)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `No more bytes wait for the disk than may`() async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(durability: .off)
            let data = String(repeating: "x", count: 4 * 1024 * 1024)
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await engine.withBusyWriter {
                    for _ in 1...15 { group.addTask { try await engine.append(data, to: "a") } }
                    try await waitUntil { engine.pendingCount == 15 }
                    let error = await #expect(throws: BrokerError.self) { try await engine.append(data, to: "a") }
                    #expect(error?.message.contains("written too slowly") == true)
                }
                try await group.waitForAll()
            }
            #expect(try engine.bounds().last == 15)
            await engine.close()
        }
    }
}

@available(SwiftSSE 1.0, *)
extension SQLiteEngine {
    /// How many appends wait for the next transaction.
    var pendingCount: Int { self.state.withLock { $0.pendingCount } }
}
#endif
