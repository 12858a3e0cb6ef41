/// The settings of an ``HTTPServer``.
@available(SwiftSSE 1.0, *)
package struct ServerConfiguration: Sendable {
    /// Where to listen: an address or a name.
    package var host = "127.0.0.1"
    /// The port, 0 for any that is free.
    package var port = 8888
    /// The places to listen at instead of ``host`` and ``port``, which count while there are none.
    package var listeners: [ServerListener] = []
    /// How many event loops there are.
    package var loops = 1
    /// The certificate, `nil` for a server without TLS.
    package var tls: ServerTLS?
    /// The versions of HTTP.
    package var protocols = ServerProtocols.http1AndHTTP2
    /// The proxies whose word is taken for where a request comes from: addresses, networks such as `10.0.0.0/8`, or
    /// `unix` for all that connect by a socket in the file system.
    ///
    /// What they say in `X-Forwarded-For`, or if that is missing in `Forwarded`, and in `X-Forwarded-Proto` is
    /// believed. A proxy that sets `Forwarded` only has to remove an `X-Forwarded-For` that its client has sent.
    package var trustedProxies: [String] = []
    /// The most connections at a time.
    package var maximumConnections = 10_000
    /// The most connections from an address, `nil` for no limit. Those from a network of IPv6 with a prefix of 64 bits
    /// count as one, since a client can use all its addresses.
    ///
    /// Without a limit as well, an address gets no more than a twentieth of all places when three quarters of them are
    /// taken. That does not hold for the addresses of this machine, behind which there may be a proxy that nobody has
    /// told us of.
    ///
    /// Connections from a trusted proxy do not count; what it forwards does, by the address of the client: each request
    /// as long as it takes, each stream as long as it lasts.
    package var maximumConnectionsPerAddress: Int?
    /// The most streams at a time on a connection of HTTP/2.
    package var maximumStreamsPerConnection = 1000
    /// How long a new connection may take to send its first request, with the handshake of TLS.
    package var requestTimeout = Duration.seconds(10)
    /// How long an answer may be waited for once the request is there; then it is 503.
    package var answerTimeout = Duration.seconds(30)
    /// The time for which a connection may be idle after a response. Clients are told a second less, so that none
    /// counts on a connection that is just being closed. 0 for connections that end with each response.
    package var keepAliveTimeout = Duration.seconds(75)
    /// The most bytes of a header's name, of its value and of the request's target; all of them together may have twice
    /// as many.
    package var maximumHeaderBytes = 16 * 1024
    /// The most headers.
    package var maximumHeaders = 100
    /// The most bytes of a request's body. All bodies that come at a time over a connection of HTTP/2 may have four
    /// times as many.
    package var maximumBodyBytes = 2 * 1024 * 1024
    /// The most bytes of all bodies together, of requests that have not been answered; more are answered with 503. A
    /// quarter of it is for bodies of no more than 64 KiB.
    package var maximumTotalBodyBytes = 64 * 1024 * 1024
    /// The time over which streams end when the server shuts down.
    package var drainWindow = Duration.seconds(1)
    /// When connections are closed that are still open then, and answers are cancelled that are still waited for.
    package var shutdownTimeout = Duration.seconds(5)
    /// The times after which clients are asked to come back when the server shuts down.
    package var drainRetry: ClosedRange<Duration>?

    package init() {}

    /// The places at which the server listens.
    package var allListeners: [ServerListener] {
        self.listeners.isEmpty ? [ServerListener(.tcp(host: self.host, port: self.port))] : self.listeners
    }

    /// The places beyond ``maximumConnections`` for those who do not subscribe, so that publishers and those who watch
    /// the server reach it when it is full: a hundredth, but no less than 8 and no more than 64.
    package static func keptConnections(beyond maximum: Int) -> Int { min(max(8, maximum / 100), 64) }

    /// Finds out whether a server can run like this, short of listening.
    ///
    /// - Throws: ``ServerConfigurationError`` if the certificate or its key cannot be used, or a trusted proxy is
    ///   neither an address nor a network, or is missing where headers of the PROXY protocol are read.
    package func validate() throws(ServerConfigurationError) {
        _ = try self.makeProxies()
        if let tls { _ = try TLSCertificate.load(tls, self.protocols) }
    }

    /// Reads the trusted proxies.
    func makeProxies() throws(ServerConfigurationError) -> TrustedProxies {
        let proxies = try TrustedProxies(self.trustedProxies)
        for listener in self.allListeners where listener.readsProxyHeader && proxies.isEmpty {
            throw ServerConfigurationError(
                .nobodyTrusted,
                "\(listener.address) reads the PROXY protocol, and no proxy is trusted: name it with --trusted-proxy."
            )
        }
        return proxies
    }
}

/// Why a server cannot run as it is configured.
@available(SwiftSSE 1.0, *)
package struct ServerConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What kind of error this is.
    package enum Code: String, Sendable {
        /// A file with certificates cannot be read, or has none.
        case certificateUnreadable
        /// A file with a private key cannot be read, or has none.
        case keyUnreadable
        /// The certificate and the key cannot be used, most often because they do not belong to each other.
        case certificateRefused
        /// A trusted proxy is neither an address nor a network.
        case invalidProxy
        /// A socket in the file system cannot be made.
        case socketUnusable
        /// A listener reads headers of the PROXY protocol, and no proxy is trusted.
        case nobodyTrusted
    }

    package let code: Code
    /// What is wrong, in one line.
    package let message: String
    /// The error below this one, if there is one.
    package let cause: (any Error)?

    init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { self.message }
}

/// Where a server's certificate is.
@available(SwiftSSE 1.0, *)
package struct ServerTLS: Sendable, Hashable {
    /// The path of a PEM file with the certificate, and after it those that lead to one that clients trust.
    package var certificateChainPath: String
    /// The path of a PEM file with the certificate's private key, without a passphrase.
    package var keyPath: String

    package init(certificateChainPath: String, keyPath: String) {
        self.certificateChainPath = certificateChainPath
        self.keyPath = keyPath
    }
}

/// The versions of HTTP that a server speaks.
package enum ServerProtocols: String, Sendable, Hashable {
    /// HTTP/1.1, and HTTP/2 with clients who ask for it: in the TLS handshake, or by beginning with its preface where there
    /// is no TLS, as proxies do.
    case http1AndHTTP2
    /// HTTP/1.1 only.
    case http1
}
