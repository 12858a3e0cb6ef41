public import ServerSentEvents

/// What comes out of a subscription: events, and what happens besides.
@available(SwiftSSE 1.0, *)
public enum SubscriptionUpdate: Sendable {
    /// An event of the stream.
    case event(ServerSentEvent)

    /// Something has happened to the subscription.
    case signal(SubscriptionSignal)
}

/// What happens to a subscription besides events.
@available(SwiftSSE 1.0, *)
public enum SubscriptionSignal: Sendable {
    /// A request is about to be sent.
    case connecting(ConnectionAttempt)

    /// A stream has begun; no event of it has come yet.
    case opened(EventStreamResponse)

    /// The server has sent a comment. Reported if ``EventStreamClient/Configuration/parser`` says so.
    case comment(String)

    /// The server has set the reconnection time, which from now on stands in place of the policy's initial delay.
    case reconnectionTime(ServerSentEvent.ReconnectionTime)

    /// An event's data is not the Base64 that was to be expected. The event is skipped, the stream goes on.
    case invalidData(ServerSentEventsError)

    /// The last event ID holds control characters, which no header field can carry, or a server has refused a request for
    /// its length, so the next request goes without it. The events that have been missed meanwhile may not come.
    case unsendableLastEventID(ServerSentEvent.EventID)

    /// A connection has ended, or there was none; the next attempt follows after a delay.
    case waiting(Duration, ConnectionEnd)

    /// ``EventStreamSubscription/pause()`` has closed the connection.
    case paused

    /// The cursor store could not save the last event ID.
    case cursorNotSaved(any Error)

    /// The subscription is over. Its loop ends now, or throws the reason's error.
    case closed(SubscriptionEnd)
}
