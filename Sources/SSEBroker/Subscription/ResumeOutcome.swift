/// How a subscription began.
@available(SwiftSSE 1.0, *)
public enum ResumeOutcome: Sendable, Hashable {
    /// With what comes next, as was asked for.
    case live

    /// Exactly after the event that the subscriber knew.
    case resumed

    /// With the oldest event that is kept, as was asked for.
    case earliest

    /// With the newest events, or those since a time, as was asked for.
    case rewound

    /// Elsewhere than was asked for, so that events may be missing.
    case gap(GapReason)
}
