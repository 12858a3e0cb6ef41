internal import SSEClient

/// A client that is to be made.
@available(SwiftSSE 1.0, *)
struct ClientSettings: Sendable {
    /// What to ask for at each attempt.
    let request: EventStreamRequest
    /// When to connect again.
    let subscription: EventStreamSubscription.Configuration
    /// Where to report; each callback goes to a number below it.
    let callbackURL: String
}
