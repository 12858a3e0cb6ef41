public import ServerSentEvents

/// An event stream that is connected to again and again, and read as if it were one.
///
/// ```swift
/// let subscription = client.subscription(to: EventStreamRequest(url: "https://example.com/events"))
/// for try await event in subscription {
///     print(event.type, event.data)
/// }
/// ```
///
/// Nothing happens before the loop begins: that connects, and the loop goes on over all connections until it is left, its
/// task is cancelled, or the ``ReconnectionPolicy`` says that there is no use in trying on. Each request tells the server
/// the id of the last event that the loop got.
///
/// A loop that is slow slows the socket. Leaving it closes the connection; another loop goes on after the last event of
/// the first one. There can be only one loop at a time; a second one throws ``SSEClientError/Code/alreadyIterated``.
///
/// The methods may be called from anywhere.
@available(SwiftSSE 1.0, *)
public struct EventStreamSubscription: AsyncSequence, Sendable {
    /// An event of the stream.
    public typealias Element = ServerSentEvent

    let core: any SubscriptionCore

    init(_ settings: SubscriptionSettings) {
        self.core = Self.makeCore(settings, clock: settings.configuration.clock)
    }

    private static func makeCore<ClockType: Clock>(
        _ settings: SubscriptionSettings,
        clock: ClockType
    ) -> any SubscriptionCore where ClockType.Duration == Duration {
        SubscriptionHub(settings, clock: clock)
    }

    /// The id of the last event that was handed out, or what the subscription began with.
    public var lastEventID: ServerSentEvent.EventID { self.core.lastEventID }

    /// The events, and what happens besides, in order.
    public var updates: Updates { Updates(core: self.core) }

    /// Closes the connection until ``resume()``. Events that have come already are still handed out.
    public func pause() {
        self.core.pause()
    }

    /// Ends a pause: connects at once.
    public func resume() {
        self.core.resume()
    }

    /// Connects at once: ends a wait, or closes the connection and opens another one. Does nothing in a pause.
    ///
    /// For when something is known that the subscription cannot know, such as that the network is another one.
    public func reconnectNow() {
        self.core.reconnectNow()
    }

    /// Ends the subscription for good: nothing is handed out any more, and its loop ends.
    public func close() {
        self.core.close()
    }

    /// Begins to read, or goes on.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(runner: self.core.makeRunner()) }

    /// Hands out the events one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let runner: any SubscriptionRunning

        /// The next event, `nil` when the subscription has ended.
        ///
        /// - Throws: What the subscription fails with: ``SSEClientError``, `ServerSentEventsError`, or what made the
        ///   request threw; `CancellationError` if the task is cancelled.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> ServerSentEvent? {
            while let update = try await self.runner.next() {
                if case .event(let event) = update { return event }
            }
            return nil
        }
    }
}

@available(*, unavailable)
extension EventStreamSubscription.AsyncIterator: Sendable {}

@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    /// Reads the subscription with handlers instead of a loop, until it is over.
    ///
    /// - Parameters:
    ///   - onSignal: Called for what happens besides events, in order with them.
    ///   - onEvent: Called for each event, one at a time and in order; the next one waits until it returns. To leave,
    ///     throw, or call ``close()``: nothing is delivered after that.
    /// - Throws: As ``AsyncIterator/next(isolation:)``, and what the handlers throw.
    public func run(
        onSignal: (SubscriptionSignal) async throws -> Void = { _ in },
        onEvent: (ServerSentEvent) async throws -> Void
    ) async throws {
        for try await update in self.updates {
            switch update {
            case .event(let event): try await onEvent(event)
            case .signal(let signal): try await onSignal(signal)
            }
        }
    }
}

@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    /// The events of a subscription, and what happens besides: connections, waits, comments.
    public struct Updates: AsyncSequence, Sendable {
        /// An event, or something that has happened.
        public typealias Element = SubscriptionUpdate

        let core: any SubscriptionCore

        /// Begins to read, or goes on.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(runner: self.core.makeRunner()) }

        /// Hands out the updates one by one.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let runner: any SubscriptionRunning

            /// The next update, `nil` when the subscription has ended. The last one is
            /// ``SubscriptionSignal/closed(_:)``.
            ///
            /// - Throws: As ``EventStreamSubscription/AsyncIterator/next(isolation:)``.
            public mutating func next(
                isolation actor: isolated (any Actor)? = #isolation
            ) async throws -> SubscriptionUpdate? {
                try await self.runner.next()
            }
        }
    }
}

@available(*, unavailable)
extension EventStreamSubscription.Updates.AsyncIterator: Sendable {}

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
