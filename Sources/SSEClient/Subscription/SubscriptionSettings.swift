internal import ServerSentEvents

/// What a subscription was made with.
@available(SwiftSSE 1.0, *)
struct SubscriptionSettings: Sendable {
    let client: EventStreamClient
    let configuration: EventStreamSubscription.Configuration
    let lastEventID: ServerSentEvent.EventID
    let makeRequest: @Sendable (ConnectionAttempt) async throws -> EventStreamRequest
}
