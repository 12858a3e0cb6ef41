/// How a subscription ended.
@available(SwiftSSE 1.0, *)
public enum SubscriptionEnd: Sendable {
    /// The server has said that there is nothing more (204), the policy says so, or
    /// ``EventStreamSubscription/close()`` was called.
    case ended

    /// There is no use in trying on.
    case failed(any Error)
}
