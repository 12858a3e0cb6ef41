import SSEBrokerTesting
import Testing

@available(SwiftSSE 1.0, *)
private typealias MyEngine = MemoryEngine

/// The code that checks an engine, which runs.
@Suite(.timeLimit(.minutes(3)))
struct EngineSamples {
    @available(SwiftSSE 1.0, *)
    @Test(arguments: EngineConformance.checks)
    func `My engine conforms`(check: EngineConformance.Check) async throws {
        try await check { MyEngine() }
    }
}
