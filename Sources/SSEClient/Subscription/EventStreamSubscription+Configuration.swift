internal import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStreamSubscription {
    /// A subscription's settings. How events are read and which responses are accepted stands in the client's.
    public struct Configuration: Sendable {
        /// Where a reconnection goes after a redirect.
        public enum Reconnection: Sendable, Hashable {
            /// To where the redirect led, as browsers do, until an attempt there fails: then to the URL of the request.
            case redirectTarget

            /// To the URL of the request, so that the server can redirect anew.
            case originalURL
        }

        /// When and how to connect again. Default: ``ReconnectionPolicy/defaults``.
        public var policy: ReconnectionPolicy

        /// How long the server may be silent before the connection counts as dead; `nil` for ever. Comments count as
        /// signs of life. Stands in place of the client's. After a silence that long in an open stream the next attempt
        /// follows without a growing wait. Default: 45 s.
        public var idleTimeout: Duration?

        /// How long an attempt may take until the head of the response has come: the connection, TLS, redirects, and what
        /// the server takes to answer; `nil` for as long as the transport and ``idleTimeout`` let it. After it the
        /// attempt has failed with ``SSEClientError/Code/connectTimeout``. A server that holds the head back until it has
        /// an event needs a longer one. Stands in place of the client's. Default: 10 s.
        public var connectTimeout: Duration?

        /// Where a reconnection goes after a redirect. Default: to where it led.
        public var reconnection: Reconnection

        /// Where the last event ID is kept beyond the life of the process, `nil` for nowhere. Default: `nil`.
        public var cursorStore: (any CursorStore)?

        /// What the delays and ``connectTimeout`` are measured with. Default: the continuous clock.
        public var clock: any Clock<Duration>

        /// Makes settings.
        ///
        /// - Parameters:
        ///   - policy: When and how to connect again.
        ///   - idleTimeout: How long the server may be silent, `nil` for ever.
        ///   - connectTimeout: How long an attempt may take until the head of the response has come.
        ///   - reconnection: Where a reconnection goes after a redirect.
        ///   - cursorStore: Where the last event ID is kept beyond the life of the process.
        ///   - clock: What the delays and the connect timeout are measured with.
        public init(
            policy: ReconnectionPolicy = .defaults,
            idleTimeout: Duration? = .seconds(45),
            connectTimeout: Duration? = .seconds(10),
            reconnection: Reconnection = .redirectTarget,
            cursorStore: (any CursorStore)? = nil,
            clock: any Clock<Duration> = ContinuousClock()
        ) {
            self.policy = policy
            self.idleTimeout = idleTimeout
            self.connectTimeout = connectTimeout
            self.reconnection = reconnection
            self.cursorStore = cursorStore
            self.clock = clock
        }

        /// The default policy; 45 s of silence, 10 s until the head; reconnections go to where a redirect led.
        public static var defaults: Configuration { Configuration() }
    }
}

/// What a subscription was made with.
@available(SwiftSSE 1.0, *)
struct SubscriptionSettings: Sendable {
    let client: EventStreamClient
    let configuration: EventStreamSubscription.Configuration
    let lastEventID: ServerSentEvent.EventID
    let makeRequest: @Sendable (ConnectionAttempt) async throws -> EventStreamRequest
}
