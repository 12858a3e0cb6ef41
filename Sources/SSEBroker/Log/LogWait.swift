/// Why somebody who waited at the end of a log waits no more.
@available(SwiftSSE 1.0, *)
enum LogWait: Sendable, Hashable {
    /// There is something to read behind this sequence number; nothing before it was wanted, if it is behind the place
    /// that was waited at.
    case appended(after: UInt64)

    /// There will be nothing more.
    case closed

    /// The task was cancelled.
    case cancelled
}
