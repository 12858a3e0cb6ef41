/// What becomes of a subscriber that cannot go on where it was.
@available(SwiftSSE 1.0, *)
public enum ResumePolicy: String, Sendable, Hashable, CaseIterable {
    /// It begins with what comes next, and is told of the gap.
    case startLive

    /// It gets everything that is kept, and is told of the gap.
    case replayAll

    /// It is refused.
    case refuse
}
