/// The settings of an ``HTTPServer``.
@available(SwiftSSE 1.0, *)
package struct ServerConfiguration: Sendable {
    /// Where to listen: an address or a name.
    package var host = "127.0.0.1"
    /// The port, 0 for any that is free.
    package var port = 8888
    /// How many event loops there are.
    package var loops = 1
    /// The certificate, `nil` for a server without TLS.
    package var tls: ServerTLS?
    /// The versions of HTTP.
    package var protocols = ServerProtocols.http1AndHTTP2
    /// The proxies whose word is taken for where a request comes from: addresses, or networks such as `10.0.0.0/8`.
    ///
    /// What they say in `X-Forwarded-For`, or if that is missing in `Forwarded`, and in `X-Forwarded-Proto` is believed. A
    /// proxy that sets `Forwarded` only has to remove an `X-Forwarded-For` that its client has sent.
    package var trustedProxies: [String] = []
    /// The most connections at a time.
    package var maximumConnections = 10_000
    /// The most connections from an address, `nil` for no limit. Those from a network of IPv6 with a prefix of 64 bits
    /// count as one, since a client can use all its addresses.
    ///
    /// Connections from a trusted proxy do not count; what it forwards does, by the address of the client: each request
    /// as long as it takes, each stream as long as it lasts.
    package var maximumConnectionsPerAddress: Int?
    /// The most streams at a time on a connection of HTTP/2.
    package var maximumStreamsPerConnection = 1000
    /// How long a new connection may take to send its first request, with the handshake of TLS.
    package var requestTimeout = Duration.seconds(10)
    /// How long a connection may be idle, or take for a request, after that.
    package var keepAliveTimeout = Duration.seconds(75)
    /// The most bytes of a header's name, of its value and of the request's target; all of them together may have twice as many.
    package var maximumHeaderBytes = 16 * 1024
    /// The most headers.
    package var maximumHeaders = 100
    /// The most bytes of a request's body. All bodies that come at a time over a connection of HTTP/2 may have four times
    /// as many.
    package var maximumBodyBytes = 2 * 1024 * 1024
    /// The time over which streams end when the server shuts down.
    package var drainWindow = Duration.seconds(1)
    /// When connections are closed that are still open then, and answers are cancelled that are still waited for.
    package var shutdownTimeout = Duration.seconds(5)
    /// The times after which clients are asked to come back when the server shuts down.
    package var drainRetry: ClosedRange<Duration>?

    package init() {}

    /// Finds out whether a server can run like this, short of listening.
    ///
    /// - Throws: ``ServerConfigurationError`` if the certificate or its key cannot be used, or a trusted proxy is neither an
    ///   address nor a network.
    package func validate() throws(ServerConfigurationError) {
        _ = try TrustedProxies(self.trustedProxies)
        if let tls { _ = try TLSCertificate.load(tls, self.protocols) }
    }
}
