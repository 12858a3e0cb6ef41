/// The settings of a ``FanOut``.
@available(SwiftSSE 1.0, *)
public struct FanOutConfiguration: Sendable, Hashable {
    /// How long a connection is silent before a comment is sent, so that proxies do not take it for dead; `nil` to send
    /// none. 15 seconds by default.
    public var heartbeatInterval: Duration? = Self.defaultHeartbeatInterval

    /// The silence after which the system asks as well, where there are no heartbeats.
    static let defaultHeartbeatInterval = Duration.seconds(15)

    /// How long a client may take nothing of what is sent before its stream is closed, and how long it may acknowledge
    /// nothing before its connection is. 10 seconds by default.
    ///
    /// A client that is gone without a word, as when its network swallows everything, so stays for the time of a
    /// heartbeat and this one. Without heartbeats it is found out by the keep-alive of TCP, after 15 seconds and this
    /// time.
    ///
    /// On a stream of HTTP/2 it can be seen that something is taken only when the client widens the window, which some
    /// do in steps of megabytes. The hub's server closes a connection of HTTP/2 with all its streams when its client
    /// takes nothing of what is written for so long.
    public var writeTimeout = Duration.seconds(10)

    /// How long a stream may last; then it ends, and the client comes back with its last event ID. `nil`, the default,
    /// for no limit. Up to a tenth of it is taken off at random, so that clients do not all come back at once.
    public var maximumLifetime: Duration?

    /// A Boolean value that indicates whether clients are told their position by an `id` without data: when a stream
    /// begins and there is no event to send, with a heartbeat when the log has grown since the last id, and before a
    /// stream ends. `true` by default.
    ///
    /// Such a block moves a client's last event ID and dispatches nothing (HTML Standard, section 9.2.6), so that a
    /// client whose topics are quiet resumes without loss. Turn it off for clients that take a block without data for
    /// an event.
    public var tellsPositions = true

    /// The most bytes of events that an event loop holds for clients whose connections have taken a part of them. 32
    /// MiB by default.
    ///
    /// An event is counted once, however many clients have still to get the rest of it; those of up to 16 KiB are not
    /// counted. Beyond it the streams of those end who hold what has been held for the longest, and who come back with
    /// their last event ID. One event may always be held.
    public var maximumHeldBytes = 32 * 1024 * 1024

    /// How many subscribers are served before an event loop looks after its other work. 256 by default.
    public var sliceLength = 256

    /// The settings as they are by default.
    public static let defaults = FanOutConfiguration()

    /// Makes the default settings.
    public init() {}
}
