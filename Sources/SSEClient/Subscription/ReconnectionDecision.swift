/// What a subscription does after a connection has ended.
@available(SwiftSSE 1.0, *)
public struct ReconnectionDecision: Sendable, Hashable {
    enum Kind: Hashable {
        case reconnect(after: Duration?)
        case end
        case fail
    }

    let kind: Kind

    /// Connect again, after the time that the policy and the server name.
    public static let reconnect = ReconnectionDecision(kind: .reconnect(after: nil))

    /// Connect again after a time of your own.
    ///
    /// - Parameter delay: The time.
    public static func reconnect(after delay: Duration) -> ReconnectionDecision {
        ReconnectionDecision(kind: .reconnect(after: max(delay, .zero)))
    }

    /// End the subscription: its loop ends without an error.
    public static let end = ReconnectionDecision(kind: .end)

    /// Fail for good: the subscription's loop throws the error.
    public static let fail = ReconnectionDecision(kind: .fail)
}
