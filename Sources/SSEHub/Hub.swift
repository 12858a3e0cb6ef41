internal import CoreMetrics
public import Logging
public import SSEBroker
internal import SSEServer
public import ServiceLifecycle

/// A program's worth of server: subscribe with `GET /.well-known/mercure?topic=…`, publish with a `POST` to the same place.
///
/// ```swift
/// var configuration = HubConfiguration.defaults
/// configuration.publishPolicy = .bearersOfTokens(try .secret(key))
/// let hub = Hub(configuration, logger: Logger(label: "hub"))
/// try await hub.run { port in print("http://127.0.0.1:\(port)/.well-known/mercure") }
/// ```
///
/// The endpoint follows the Mercure protocol 0.x (Internet-Draft 07), and 1.0 as far as ``MercureVersion`` says.
@available(SwiftSSE 1.0, *)
public final class Hub: Service, Sendable {
    /// Takes the events in; the process that runs the hub can publish and subscribe as well.
    public let broker: Broker

    private enum Part {
        /// What runs until the shutdown.
        case service
        /// What runs as long as the services do.
        case company
    }

    private let configuration: HubConfiguration
    private let logger: Logger
    private let log: HubLog
    private let server: HTTPServer
    private let registry: SubscriptionRegistry?
    private let access: HubAccess

    /// Makes a hub that keeps its events in memory.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: Where to report to.
    public convenience init(_ configuration: HubConfiguration = .defaults, logger: Logger) {
        let broker = Broker(configuration: configuration.broker, metrics: configuration.metricsFactory)
        self.init(configuration, broker: broker, logger: logger)
    }

    /// Makes a hub on a broker, which the hub runs.
    ///
    /// - Parameters:
    ///   - configuration: The settings; those of the broker are the broker's own.
    ///   - broker: The broker.
    ///   - logger: Where to report to.
    public init(_ configuration: HubConfiguration, broker: Broker, logger: Logger) {
        self.configuration = configuration
        self.broker = broker
        self.logger = logger
        self.log = HubLog(logger)
        self.access = HubAccess(configuration.publishPolicy, configuration.subscribePolicy, logger)
        self.registry = configuration.tellsSubscriptions ? SubscriptionRegistry(broker, logger) : nil
        let metrics = configuration.metricsFactory
        let fanOut = FanOut(broker, configuration: configuration.fanOut, metrics: metrics)
        let endpoint = HubEndpoint(configuration, fanOut, self.access, self.registry, self.log)
        var onAccess: (@Sendable (AccessRecord) -> Void)?
        if configuration.logsAccess {
            let log = AccessLog(logger)
            onAccess = { log($0) }
        }
        let observer = ServerObserver(metrics: metrics, onAccess: onAccess)
        self.server = HTTPServer(configuration.server, fanOut, observer: observer) { endpoint.answer($0) }
    }

    /// Has other keys from now on. Streams that are open go on as they began.
    ///
    /// - Parameters:
    ///   - publishPolicy: Who may publish.
    ///   - subscribePolicy: Who may subscribe.
    public func reload(publishPolicy: PublishPolicy, subscribePolicy: SubscribePolicy) {
        self.access.replace(publishPolicy, subscribePolicy)
        self.log.reloaded("keys")
    }

    /// Reads the certificate and its key again, for connections that come from now on. Streams that are open go on.
    ///
    /// Reads files, so not on an event loop. Does nothing for a hub without TLS.
    ///
    /// - Throws: ``HubConfigurationError`` if they cannot be used; then the old ones remain in use.
    public func reloadCertificate() throws(HubConfigurationError) {
        guard self.configuration.tls != nil else { return }
        do throws(ServerConfigurationError) {
            try self.server.reloadCertificate()
        } catch {
            self.log.reloadFailed("certificate", error)
            throw HubConfigurationError(error.message)
        }
        self.log.reloaded("certificate")
    }

    /// Serves until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Throws: `IOError` if the address cannot be listened on; ``HubConfigurationError``.
    public func run() async throws {
        try await self.run { _ in }
    }

    /// Serves until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Parameter onListening: Is called with the port when connections are accepted.
    /// - Throws: `IOError` if the address cannot be listened on; ``HubConfigurationError``.
    public func run(onListening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        try self.configuration.validate()
        let (host, scheme) = (self.configuration.host, self.configuration.tls == nil ? "http" : "https")
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                try await self.broker.run()
                return .service
            }
            group.addTask {
                try await withGracefulShutdownHandler {
                    try await self.server.run { port in
                        self.log.listening(scheme: scheme, host: host, port: port)
                        onListening(port)
                    }
                } onGracefulShutdown: {
                    let subscribers = self.broker.subscriptionCount
                    self.log.draining(subscribers: subscribers, window: self.configuration.drainWindow)
                }
                return .service
            }
            group.addTask {
                await EngineWatch(broker: self.broker, log: self.log, clock: ContinuousClock()).run()
                return .company
            }
            group.addTask {
                await self.access.run()
                return .company
            }
            if let registry = self.registry {
                group.addTask {
                    await registry.run()
                    return .company
                }
            }
            // The services end with a graceful shutdown; whichever fails takes all with it.
            var services = 2
            while let part = try await group.next() {
                if part == .service { services -= 1 }
                if services == 0 { group.cancelAll() }
            }
        }
        self.log.stopped()
    }
}
