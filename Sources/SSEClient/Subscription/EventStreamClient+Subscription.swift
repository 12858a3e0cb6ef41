public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamClient {
    /// Makes a subscription to a stream: a loop over it stays connected.
    ///
    /// - Parameters:
    ///   - request: What to ask for, at each attempt. Its last event ID, if it has one, is where the subscription begins.
    ///   - configuration: When and how to connect again.
    /// - Returns: The subscription, which connects when it is iterated.
    public func subscription(
        to request: EventStreamRequest,
        configuration: EventStreamSubscription.Configuration = .defaults
    ) -> EventStreamSubscription {
        let lastEventID = request.lastEventID ?? .empty
        // From the second attempt on the last event ID is another one.
        var request = request
        request.lastEventID = nil
        let fixed = request
        return self.subscription(lastEventID: lastEventID, configuration: configuration) { _ in fixed }
    }

    /// Makes a subscription with a fresh request for each attempt, for tokens that expire and servers that change.
    ///
    /// ```swift
    /// let subscription = client.subscription { attempt in
    ///     var request = EventStreamRequest(url: "https://example.com/events")
    ///     request.headers[.authorization] = "Bearer \(try await tokens.current())"
    ///     return request
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - lastEventID: Where the subscription begins, empty for wherever the server begins.
    ///   - configuration: When and how to connect again.
    ///   - makeRequest: Makes the request of an attempt. If it throws, the subscription fails with that error.
    /// - Returns: The subscription, which connects when it is iterated.
    public func subscription(
        lastEventID: ServerSentEvent.EventID = .empty,
        configuration: EventStreamSubscription.Configuration = .defaults,
        makeRequest: @escaping @Sendable (ConnectionAttempt) async throws -> EventStreamRequest
    ) -> EventStreamSubscription {
        EventStreamSubscription(
            SubscriptionSettings(
                client: self,
                configuration: configuration,
                lastEventID: lastEventID,
                makeRequest: makeRequest
            )
        )
    }
}
