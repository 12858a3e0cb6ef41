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
