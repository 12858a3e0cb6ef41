import SSEBroker
import SSEBrokerTesting
import Testing

struct EngineConformanceTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `The memory engine conforms`(check: EngineConformance.Check) async throws {
        try await check { MemoryEngine() }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `An engine that answers later and from other threads conforms`(check: EngineConformance.Check) async throws {
        try await check { RemoteEngine() }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `A log that has begun already conforms`(check: EngineConformance.Check) async throws {
        try await check {
            let engine = MemoryEngine()
            for _ in 1...7 { _ = try engine.append(Publication(ServerSentEvent(data: "old"), topics: ["conformance"])) }
            return engine
        }
    }

    /// A log that keeps 50 events.
    @available(SwiftSSE 1.0, *)
    private static func makeSmallLog() -> MemoryEngine {
        var configuration = BrokerConfiguration.defaults
        configuration.retention = Retention(events: 50)
        return MemoryEngine(configuration: configuration)
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.retentionChecks)
    func `Small logs conform`(check: EngineConformance.Check) async throws {
        try await check { Self.makeSmallLog() }
        try await check { RemoteEngine(Self.makeSmallLog()) }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: zip(
            BrokenEngine.Defect.allCases,
            [
                "a follower gets what is there and what comes, once and in order", "a repeated key adds nothing",
                "an event is in the log when appending returns", "reading goes on behind the cursor",
                "reading ends at a number of bytes", "there is nothing behind the end",
                "an event is found by the id that its publisher chose, or none is",
                "reading tells when events have left the log", "following what has left the log fails",
            ]
        )
    )
    func `A defect is found`(defect: BrokenEngine.Defect, sentence: String) async throws {
        let known = EngineConformance.checks.first { $0.description == sentence }
        let check = try #require(known ?? EngineConformance.retentionChecks.first { $0.description == sentence })
        await #expect(throws: ConformanceFailure.self) {
            try await check { BrokenEngine(defect, known == nil ? Self.makeSmallLog() : MemoryEngine()) }
        }
    }
}
