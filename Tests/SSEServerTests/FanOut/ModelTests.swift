internal import Foundation
internal import SSETestSupport
internal import Testing

/// The fan-out over real sockets against a model that is too simple to be wrong.
@Suite(.timeLimit(.minutes(15)), .inTurn)
struct ModelTests {
    /// Those of `SSE_MODEL_SEED`, which is a number or a range such as `1-200`, else a few.
    private static let seeds: [UInt64] = {
        let text = ProcessInfo.processInfo.environment["SSE_MODEL_SEED"] ?? "1-6"
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return [] }
        return Array(first...last)
    }()

    @Test("Whatever happens, each subscriber gets what it wants once and in order, or is told that it does not")
    @available(SwiftSSE 1.0, *)
    func seededRuns() async throws {
        #expect(!Self.seeds.isEmpty)
        for seed in Self.seeds { try await ModelRun.run(seed: seed) }
    }

    @Test("The same is true of those who want what the broker has no more, and its engine has")
    @available(SwiftSSE 1.0, *)
    func seededRunsOnEngine() async throws {
        for seed in Self.seeds { try await ModelRun.runOnEngine(seed: seed) }
    }
}
