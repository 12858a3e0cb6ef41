public import SSEBroker
public import SSEServer

/// The settings of a ``Hub``.
@available(SwiftSSE 1.0, *)
public struct HubConfiguration: Sendable {
    /// Where to listen: an address or a name. The loopback address by default.
    public var host = "127.0.0.1"

    /// The port, 0 for any that is free. 8888 by default.
    public var port = 8888

    /// Which generation of the Mercure protocol is spoken. 0.x by default.
    public var mercureVersion = MercureVersion.version0

    /// The certificate, `nil` for a hub without TLS, which is the default.
    public var tls: HubTLS?

    /// Whether only HTTP/1.1 is spoken. `false` by default: clients may ask for HTTP/2, also without TLS by beginning with
    /// its preface, as proxies do.
    public var isHTTP1Only = false

    /// The proxies, as addresses or networks such as `10.0.0.0/8`, that are believed when they say by
    /// `X-Forwarded-For` or `Forwarded` where a request comes from. None by default.
    public var trustedProxies: [String] = []

    /// How many event loops, and so threads, serve connections. 1 by default.
    public var loops = 1

    /// The most connections at a time; more are answered with 503. 10,000 by default.
    public var maximumConnections = 10_000

    /// The most connections from one address; more are answered with 429. `nil`, the default, for no limit.
    public var maximumConnectionsPerAddress: Int?

    /// How long a new connection may take to send its first request. 10 seconds by default.
    public var requestTimeout = Duration.seconds(10)

    /// Who may publish. ``PublishPolicy/nobody`` by default.
    public var publishPolicy = PublishPolicy.nobody

    /// Who may subscribe. ``SubscribePolicy/everybody`` by default, so that nobody gets private events.
    public var subscribePolicy = SubscribePolicy.everybody

    /// The origins, such as `https://example.com`, whose pages may read and publish with the user's cookies and tokens;
    /// `*` lets those of all others read without them. None by default.
    public var allowedOrigins: [String] = []

    /// Whether a token may also be in the query, as `authorization`. `false` by default, since queries are written into
    /// logs and histories. Never with ``MercureVersion/version1`` alone.
    public var allowsTokenInQuery = false

    /// Whether events tell which bearers of tokens subscribe and leave, and who is subscribed can be asked for. `false` by
    /// default.
    public var tellsSubscriptions = false

    /// Whether there is a page at `/`. `true` by default.
    public var showsPage = true

    /// What `/metrics` shows, and where the hub counts. `nil`, the default, for no such place; then the hub counts by the
    /// process's `MetricsSystem`.
    public var metrics: PrometheusMetrics?

    /// Whether each request that has been answered and each stream that is over is logged, at the level `info`. `false` by
    /// default.
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

    /// When connections are closed that are still open then, and answers are cancelled that wait for the engine. 5 seconds
    /// by default.
    public var shutdownTimeout = Duration.seconds(5)

    /// The settings as they are by default.
    public static var defaults: HubConfiguration { HubConfiguration() }

    /// Makes the default settings.
    public init() {}

    /// Finds out whether a hub can run like this, short of listening.
    ///
    /// - Throws: ``HubConfigurationError`` if the certificate or its key cannot be used, or if a trusted proxy is neither an
    ///   address nor a network.
    public func validate() throws(HubConfigurationError) {
        do throws(ServerConfigurationError) {
            try self.server.validate()
        } catch {
            throw HubConfigurationError(error.message)
        }
    }
}
