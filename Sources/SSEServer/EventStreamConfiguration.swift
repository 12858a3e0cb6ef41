public import ServerSentEvents

/// How an event stream is served.
@available(SwiftSSE 1.0, *)
public struct EventStreamConfiguration: Sendable, Hashable {
    /// After how long without a write an empty comment is sent, so that proxies and clients see that the connection
    /// lives; `nil`, or zero, for never. Default: 15 seconds.
    public var keepAliveInterval: Duration?

    /// How long a write may wait for the client to take it before the client counts as dead; `nil`, or zero, for ever.
    /// Default: 30 seconds.
    public var writeTimeout: Duration?

    /// What encodes the events. Default: data as text.
    public var encoder: EventStreamEncoder

    /// Makes a configuration.
    ///
    /// - Parameters:
    ///   - keepAliveInterval: After how long without a write an empty comment is sent, `nil` for never.
    ///   - writeTimeout: How long a write may take, `nil` for ever.
    ///   - encoder: What encodes the events.
    public init(
        keepAliveInterval: Duration? = .seconds(15),
        writeTimeout: Duration? = .seconds(30),
        encoder: EventStreamEncoder = EventStreamEncoder()
    ) {
        self.keepAliveInterval = keepAliveInterval
        self.writeTimeout = writeTimeout
        self.encoder = encoder
    }

    /// A keep-alive comment every 15 idle seconds, 30 seconds for a write, data as text.
    public static var defaults: EventStreamConfiguration { EventStreamConfiguration() }
}
