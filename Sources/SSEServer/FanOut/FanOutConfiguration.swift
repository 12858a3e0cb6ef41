/// The settings of a ``FanOut``.
@available(SwiftSSE 1.0, *)
public struct FanOutConfiguration: Sendable, Hashable {
    /// How long a connection is silent before a comment is sent, so that proxies do not take it for dead; `nil` to send
    /// none. 15 seconds by default.
    public var heartbeatInterval: Duration? = .seconds(15)

    /// How long a client may take nothing of what is sent before its connection is closed. 10 seconds by default.
    ///
    /// On a stream of HTTP/2 it can be seen only when its client widens the window, which some do in steps of megabytes.
    public var writeTimeout = Duration.seconds(10)

    /// How long a stream may last; then it ends, and the client comes back with its last event ID. `nil`, the default,
    /// for no limit. Up to a tenth of it is taken off at random, so that clients do not all come back at once.
    public var maximumLifetime: Duration?

    /// How many subscribers are served before an event loop looks after its other work. 256 by default.
    public var sliceLength = 256

    /// The settings as they are by default.
    public static let defaults = FanOutConfiguration()

    /// Makes the default settings.
    public init() {}
}
