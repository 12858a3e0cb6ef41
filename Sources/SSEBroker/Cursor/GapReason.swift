/// Why a subscriber may have missed events.
///
/// The cause of an error with the code ``BrokerError/Code/resumeRefused`` is one of these.
@available(SwiftSSE 1.0, *)
public enum GapReason: String, Error, Sendable, Hashable, CaseIterable {
    /// The id is a publisher's, and no event with it is kept that the subscriber may have.
    case unknown

    /// The event with this id is known to have left the log, and others after it.
    case evicted

    /// The id is of another life of the log.
    case foreignEpoch

    /// The id is of an event that has not been published yet.
    case future

    /// The id cannot be one.
    case malformed

    /// The id is longer than any that is given out.
    case tooLong

    /// The subscriber was slower than events leave the log.
    case overrun
}

/// What becomes of a subscriber that is slower than events leave the log.
@available(SwiftSSE 1.0, *)
public enum OverrunPolicy: String, Sendable, Hashable, CaseIterable {
    /// It is told of the gap, and goes on with the oldest event that is kept.
    case gap

    /// It ends with an error.
    case end
}
