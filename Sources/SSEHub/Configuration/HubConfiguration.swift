internal import SSEHTTPServer
public import SSEBroker
public import SSEServer

/// The settings of a ``Hub``.
@available(SwiftSSE 1.0, *)
public struct HubConfiguration: Sendable {
    /// Where to listen: an address or a name. The loopback address by default.
    public var host = "127.0.0.1"

    /// The port, 0 for any that is free. 8888 by default.
    public var port = 8888

    /// The places to listen at instead of ``host`` and ``port``, which count while there are none. None by default.
    public var listeners: [HubListener] = []

    /// Which generation of the Mercure protocol is spoken. 0.x by default.
    public var mercureVersion = MercureVersion.version0

    /// The certificate, `nil` for a hub without TLS, which is the default.
    public var tls: HubTLS?

    /// Whether only HTTP/1.1 is spoken. `false` by default: clients may ask for HTTP/2, also without TLS by beginning
    /// with its preface, as proxies do.
    public var isHTTP1Only = false

    /// The proxies, as addresses or networks such as `10.0.0.0/8`, that are believed when they say by
    /// `X-Forwarded-For` or `Forwarded` where a request comes from, or by the PROXY protocol where a connection does,
    /// at the listeners that read that. `unix` is for all that connect by a socket in the file system. None by default.
    public var trustedProxies: [String] = []

    /// How many event loops, and so threads, serve connections. 1 by default.
    public var loops = 1

    /// The most connections at a time; more are answered with 503. 10,000 by default.
    ///
    /// A hundredth beyond that, but no less than 8 and no more than 64, is kept for those who do not subscribe, so that
    /// publishers and those who watch the hub reach it when it is full. Such a connection ends with its response.
    public var maximumConnections = 10_000

    /// The most connections from one address; more are answered with 429. `nil`, the default, for no limit but this:
    /// when three quarters of all places are taken, an address other than this machine's own gets no more than a
    /// twentieth.
    public var maximumConnectionsPerAddress: Int?

    /// The most bytes of all requests' bodies together that have not been answered; more are answered with 503. 64 MiB
    /// by default, and no less than four bodies of the largest events have.
    public var maximumTotalBodyBytes = 64 * 1024 * 1024

    /// How long a new connection may take to send its first request. 10 seconds by default.
    public var requestTimeout = Duration.seconds(10)

    /// The time for which a connection may be idle after a response. Clients are told a second less, by the field
    /// `Keep-Alive`. 0 for connections that end with each response. 75 seconds by default.
    public var keepAliveTimeout = Duration.seconds(75)

    /// How long an answer may be waited for, such as the engine's to an event; then it is 503, and what was waited for
    /// is cancelled. 30 seconds by default.
    public var answerTimeout = Duration.seconds(30)

    /// Who may publish. ``PublishPolicy/nobody`` by default.
    public var publishPolicy = PublishPolicy.nobody

    /// Who may subscribe. ``SubscribePolicy/everybody`` by default, so that nobody gets private events.
    public var subscribePolicy = SubscribePolicy.everybody

    /// The origins, such as `https://example.com`, whose pages may read and publish with the user's cookies and tokens;
    /// `*` lets those of all others read without them. None by default.
    public var allowedOrigins: [String] = []

    /// More header fields that pages of allowed origins may send, such as `traceparent`, beside those of the protocol.
    /// None by default.
    public var allowedHeaders: [String] = []

    /// The names by which the hub answers, such as `hub.example.com`, beside addresses and `localhost`; others are
    /// answered with 421. None by default: then a hub on the loopback address answers by no other names, so that no
    /// page can reach it by a name of its own, and a hub on another address by all. `*` is for all names.
    public var allowedHosts: [String] = []

    /// Whether a token may also be in the query, as `authorization`. `false` by default, since queries are written into
    /// logs and histories. Never with ``MercureVersion/version1`` alone.
    public var allowsTokenInQuery = false

    /// How much the clocks of the hub and of those who issue tokens may differ: for so long a token counts after its
    /// `exp` and before its `nbf`. 5 seconds by default.
    public var tokenLeeway = Duration.seconds(5)

    /// Whether events tell which bearers of tokens subscribe and leave, and who is subscribed can be asked for. `false`
    /// by default.
    public var tellsSubscriptions = false

    /// Whether there is a page at `/`. `true` by default.
    public var showsPage = true

    /// What `/metrics` shows, and where the hub counts. `nil`, the default, for no such place; then the hub counts by
    /// the process's `MetricsSystem`.
    public var metrics: PrometheusMetrics?

    /// Whether each request that has been answered and each stream that is over is logged, at the level `info`. `false`
    /// by default.
    public var logsAccess = false

    /// The log and its limits.
    public var broker = BrokerConfiguration.defaults

    /// Heartbeats, deadlines and lifetimes of streams.
    public var fanOut = FanOutConfiguration.defaults

    /// The time over which streams end when the hub shuts down. 1 second by default.
    public var drainWindow = Duration.seconds(1)

    /// The times after which clients are asked to come back when the hub shuts down, one of which is picked for each;
    /// `nil`, the default, to leave that to them.
    public var drainRetry: ClosedRange<Duration>?

    /// When connections are closed that are still open then, and answers are cancelled that wait for the engine. 5
    /// seconds by default.
    public var shutdownTimeout = Duration.seconds(5)

    /// The settings as they are by default.
    public static var defaults: HubConfiguration { HubConfiguration() }

    /// Makes the default settings.
    public init() {}

    /// Finds out whether a hub can run like this, short of listening.
    ///
    /// - Throws: ``HubConfigurationError`` if the certificate or its key cannot be used, if a trusted proxy is
    ///   neither an address nor a network, or if there is none for a listener that reads the PROXY protocol.
    public func validate() throws(HubConfigurationError) {
        do throws(ServerConfigurationError) {
            try self.server.validate()
        } catch {
            throw HubConfigurationError(error.message)
        }
    }
}

/// Why a hub cannot run as it is configured.
@available(SwiftSSE 1.0, *)
public struct HubConfigurationError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The same as ``message``.
    public var description: String { self.message }
}

/// Where a hub's certificate is.
@available(SwiftSSE 1.0, *)
public struct HubTLS: Sendable, Hashable {
    /// The path of a PEM file with the certificate, and after it those that lead to one that clients trust.
    public var certificatePath: String

    /// The path of a PEM file with the certificate's private key, without a passphrase.
    public var keyPath: String

    /// Names the files.
    ///
    /// - Parameters:
    ///   - certificatePath: The path of the certificate.
    ///   - keyPath: The path of its key.
    public init(certificatePath: String, keyPath: String) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
    }
}
