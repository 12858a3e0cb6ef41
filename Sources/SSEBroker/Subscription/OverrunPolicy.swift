/// What becomes of a subscriber that is slower than events leave the log.
@available(SwiftSSE 1.0, *)
public enum OverrunPolicy: String, Sendable, Hashable, CaseIterable {
    /// It is told of the gap, and goes on with the oldest event that is kept.
    case gap

    /// It ends with an error.
    case end
}
