#if SQLite
import SSEBrokerTesting
import Testing

@testable import SSESQLite

@Suite(.timeLimit(.minutes(2)))
struct SQLiteConformanceTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks, SQLiteDurability.allCases)
    func `An engine on a new file conforms`(check: EngineConformance.Check, durability: SQLiteDurability) async throws {
        try await LogFolder.with { folder in
            try await check { try await folder.open(durability: durability) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `An engine on a file that has begun already conforms`(check: EngineConformance.Check) async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open()
            for _ in 1...7 { try await engine.append("old", to: "conformance") }
            await engine.close()
            // With hardly anything in memory, so that followers read the file.
            try await check { try await folder.open(recentEvents: 1) }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.retentionChecks, [1, 4096])
    func `An engine that keeps little conforms`(check: EngineConformance.Check, recentEvents: Int) async throws {
        try await LogFolder.with { folder in
            var configuration = BrokerConfiguration.defaults
            configuration.retention = Retention(events: 100, bytes: .max, age: nil)
            try await check {
                try await folder.open(durability: .off, configuration: configuration, recentEvents: recentEvents)
            }
        }
    }
}
#endif
