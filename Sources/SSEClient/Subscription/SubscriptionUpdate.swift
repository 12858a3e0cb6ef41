public import ServerSentEvents

/// What comes out of a subscription: events, and what happens besides.
@available(SwiftSSE 1.0, *)
public enum SubscriptionUpdate: Sendable {
    /// An event of the stream.
    case event(ServerSentEvent)

    /// Something has happened to the subscription.
    case signal(SubscriptionSignal)
}
