package import Testing

/// Has tests that need the machine's attention run a few at a time, in whatever suite they are: all tests of the
/// package start at once, and hundreds with sockets and deadlines side by side would wait past those.
///
/// The suite's time limit counts from before the turn, so it has to allow for the others. The turn has a limit of its
/// own.
package struct TurnTrait: SuiteTrait, TestTrait, TestScoping {
    /// For tests that watch the time, or move much.
    fileprivate static let few = Turns(width: 2)
    /// For tests that start programs, each of which takes a good part of a second of a processor before it does
    /// anything.
    fileprivate static let some = Turns(width: 4)

    private let turns: Turns

    /// How many seconds a test may take once it is its turn.
    let limit: Int

    package let isRecursive = true

    fileprivate init(_ turns: Turns, limit: Int) {
        self.turns = turns
        self.limit = limit
    }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A suite has no turn of its own: it only contains those who have.
        guard testCase != nil else { return try await function() }
        try await self.turns.take {
            try await withoutActuallyEscaping(function) { function in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        try await function()
                        return true
                    }
                    group.addTask {
                        try await Task.sleep(nanoseconds: UInt64(self.limit) * 1_000_000_000)
                        return false
                    }
                    let hasEnded = try await group.next() ?? true
                    group.cancelAll()
                    if !hasEnded { Issue.record("It has not ended within \(self.limit) seconds of its turn.") }
                }
            }
        }
    }
}

extension Trait where Self == TurnTrait {
    /// Runs at a time when few other tests with this trait do, and for at most a minute.
    package static var inTurn: TurnTrait { .inTurn(seconds: 60) }

    /// Runs at a time when few other tests with this trait do, for at most so many seconds.
    package static func inTurn(seconds limit: Int) -> TurnTrait { TurnTrait(TurnTrait.few, limit: limit) }

    /// Runs at a time when no more than three other tests start programs, for at most three minutes.
    package static var withPrograms: TurnTrait { TurnTrait(TurnTrait.some, limit: 180) }
}
