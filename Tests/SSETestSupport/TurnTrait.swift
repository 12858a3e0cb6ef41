package import Testing

/// Has tests that keep the machine busy run one at a time, in whatever suite they are: all tests of the package start at
/// once, and side by side a few of these take so much of two cores that others wait past their deadlines.
///
/// A time limit counts from before the turn, so it has to allow for the others.
package struct TurnTrait: SuiteTrait, TestTrait, TestScoping {
    private static let turns = Turns()

    package let isRecursive = true

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // A suite has no turn of its own: it only contains those who have.
        guard testCase != nil else { return try await function() }
        try await Self.turns.take(function)
    }
}

extension Trait where Self == TurnTrait {
    /// Runs at a time when no other test with this trait does.
    package static var inTurn: TurnTrait { TurnTrait() }
}
