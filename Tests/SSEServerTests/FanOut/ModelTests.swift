internal import Foundation
internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

/// The fan-out against models that are too simple to be wrong.
@Suite(.timeLimit(.minutes(15)))
struct ModelTests {
    /// Those of `SSE_MODEL_SEED`, which is a number or a range such as `1-200`, else a few.
    private static let seeds: [UInt64] = {
        let text = ProcessInfo.processInfo.environment["SSE_MODEL_SEED"] ?? "1-6"
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return [] }
        return Array(first...last)
    }()

    /// How many random walks of ``randomWalks(_:)`` there are, in `SSE_MODEL_WALKS`.
    private static let walks = ProcessInfo.processInfo.environment["SSE_MODEL_WALKS"].flatMap { Int($0) } ?? 2000

    // MARK: Over sockets

    @Test(.inTurn(seconds: 900))
    @available(SwiftSSE 1.0, *)
    func `Whatever happens, each subscriber gets what it wants once and in order, or is told that it does not`()
        async throws
    {
        #expect(!Self.seeds.isEmpty)
        for seed in Self.seeds { try await ModelRun.run(seed: seed) }
    }

    @Test(.inTurn(seconds: 900))
    @available(SwiftSSE 1.0, *)
    func `The same is true of those who want what the broker has no more, and its engine has`() async throws {
        for seed in Self.seeds { try await ModelRun.runOnEngine(seed: seed) }
    }

    // MARK: The machine and its cursor alone

    /// How many steps every way to go on is tried for.
    private static let depth = 5

    @Test
    @available(SwiftSSE 1.0, *)
    func `In whatever order things happen, the machine loses nothing, doubles nothing, and tells no gap that is none`()
        throws
    {
        for setting in MachineModel.Setting.all {
            var model = MachineModel(setting)
            try model.begin()
            try Self.explore(model, [])
        }
    }

    @available(SwiftSSE 1.0, *)
    private static func explore(_ model: MachineModel, _ steps: [MachineModel.Step]) throws {
        guard steps.count < Self.depth else {
            var model = model
            return try Self.naming(steps) { try model.settle() }
        }
        for step in MachineModel.Step.allCases {
            var next = model
            guard try Self.naming(steps + [step], { try next.take(step) }) else { continue }
            try Self.explore(next, steps + [step])
        }
    }

    @Test(arguments: 0..<8)
    @available(SwiftSSE 1.0, *)
    func `The same is true of long walks at random`(_ setting: Int) throws {
        let setting = MachineModel.Setting.all[setting]
        for seed in 0..<UInt64(Self.walks) {
            var generator = SeededGenerator(seed: seed)
            var model = MachineModel(setting)
            try model.begin()
            var steps: [MachineModel.Step] = []
            for _ in 0..<Int.random(in: 10...100, using: &generator) {
                guard let step = MachineModel.Step.allCases.randomElement(using: &generator) else { break }
                // Seldom, since little happens after it.
                if step == .drain, Int.random(in: 0..<20, using: &generator) > 0 { continue }
                steps.append(step)
                _ = try Self.naming(steps) { try model.take(step) }
            }
            try Self.naming(steps) { try model.settle() }
        }
    }

    /// Adds what has happened to what is thrown.
    @available(SwiftSSE 1.0, *)
    private static func naming<Result>(_ steps: [MachineModel.Step], _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            throw ModelMismatch("\(error) After \(steps.map { "\($0)" }.joined(separator: ", ")).")
        }
    }
}
