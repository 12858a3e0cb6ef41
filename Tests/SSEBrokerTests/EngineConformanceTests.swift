import SSEBroker
import SSEBrokerTesting
import Testing

struct EngineConformanceTests {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `the memory engine conforms`(check: EngineConformance.Check) async throws {
        try await check { MemoryEngine() }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `an engine that answers later and from other threads conforms`(check: EngineConformance.Check) async throws {
        try await check { RemoteEngine() }
    }

    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `a log that has begun already conforms`(check: EngineConformance.Check) async throws {
        try await check {
            let engine = MemoryEngine()
            for _ in 1...7 { _ = try engine.append(Publication(ServerSentEvent(data: "old"), topics: ["conformance"])) }
            return engine
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: zip(
            BrokenEngine.Defect.allCases,
            [
                "a follower gets what is there and what comes, once and in order", "a repeated key adds nothing",
                "an event is in the log when appending returns", "reading goes on behind the cursor",
            ]
        )
    )
    func `a defect is found`(defect: BrokenEngine.Defect, sentence: String) async throws {
        let check = try #require(EngineConformance.checks.first { $0.description == sentence })
        await #expect(throws: ConformanceFailure.self) { try await check { BrokenEngine(defect) } }
    }
}
