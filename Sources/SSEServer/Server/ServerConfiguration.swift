/// The settings of an ``HTTPServer``.
@available(SwiftSSE 1.0, *)
package struct ServerConfiguration: Sendable {
    /// Where to listen: an address or a name.
    package var host = "127.0.0.1"
    /// The port, 0 for any that is free.
    package var port = 8888
    /// How many event loops there are.
    package var loops = 1
    /// The most connections at a time.
    package var maximumConnections = 10_000
    /// The most connections from an address, `nil` for no limit.
    package var maximumConnectionsPerAddress: Int?
    /// How long a new connection may take to send its first request.
    package var requestTimeout = Duration.seconds(10)
    /// How long a connection may be idle, or take for a request, after that.
    package var keepAliveTimeout = Duration.seconds(75)
    /// The most bytes of a header's name, of its value and of the request's target; all of them together may have twice as many.
    package var maximumHeaderBytes = 16 * 1024
    /// The most headers.
    package var maximumHeaders = 100
    /// The most bytes of a request's body.
    package var maximumBodyBytes = 2 * 1024 * 1024
    /// The time over which streams end when the server shuts down.
    package var drainWindow = Duration.seconds(1)
    /// When connections are closed that are still open then, and answers are cancelled that are still waited for.
    package var shutdownTimeout = Duration.seconds(5)
    /// The times after which clients are asked to come back when the server shuts down.
    package var drainRetry: ClosedRange<Duration>?

    package init() {}
}
