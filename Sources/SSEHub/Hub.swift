internal import CoreMetrics
public import Logging
public import SSEBroker
package import SSEHTTPServer
internal import SSEServer
public import ServiceLifecycle
internal import Synchronization

/// A program's worth of server: subscribe with `GET /.well-known/mercure?topic=…`, publish with a `POST` to the same
/// place.
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
    let registry: SubscriptionRegistry?
    private let access: HubAccess
    private let counts: HubMetrics
    private let hasBeenRun = Atomic(false)

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
        self.access = HubAccess(
            configuration.publishPolicy,
            configuration.subscribePolicy,
            leeway: configuration.tokenLeeway,
            logger
        )
        let metrics = configuration.metricsFactory
        let counts = HubMetrics(metrics)
        self.counts = counts
        self.registry =
            configuration.tellsSubscriptions
            ? SubscriptionRegistry(broker, dropped: counts.droppedSubscriptionEvents, logger) : nil
        let fanOut = FanOut(broker, configuration: configuration.fanOut, metrics: metrics)
        let endpoint = HubEndpoint(configuration, fanOut, self.access, self.registry, counts, self.log)
        var onAccess: (@Sendable (AccessRecord) -> Void)?
        if configuration.logsAccess {
            let log = AccessLog(logger)
            onAccess = { log($0) }
        }
        let observer = ServerObserver(metrics: metrics, onAccess: onAccess)
        self.server = HTTPServer(
            configuration.server,
            fanOut,
            observer: observer,
            screen: { endpoint.screen($0) },
            fields: { endpoint.fields(for: $0) },
            preflight: { endpoint.preflight($0, listener: $1) },
            isSubscription: { endpoint.isSubscription($0) },
            answer: { endpoint.answer($0) }
        )
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
    /// - Throws: ``HubListeningError``; ``HubConfigurationError``; `BrokerError` with the code `alreadyRun` if the
    ///   hub, or its broker, runs or has been run.
    public func run() async throws {
        try await self.serve { _ in }
    }

    /// Serves until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Parameter onListening: Is called with the port when connections are accepted; of several listeners, with the
    ///   first port that there is, and with 0 if all are in the file system.
    /// - Throws: ``HubListeningError``; ``HubConfigurationError``; `BrokerError` with the code `alreadyRun` if the
    ///   hub, or its broker, runs or has been run.
    public func run(onListening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        try await self.serve { listeners in onListening(listeners.lazy.compactMap(\.port).first ?? 0) }
    }

    /// The same as ``run(onListening:)``, for those who want to know of all listeners.
    ///
    /// - Parameter onListening: Is called when connections are accepted, with the listeners in the order of
    ///   ``HubConfiguration/allListeners``.
    package func serve(onListening: @escaping @Sendable ([BoundListener]) -> Void) async throws {
        try self.configuration.validate()
        guard !self.hasBeenRun.exchange(true, ordering: .relaxed) else { throw BrokerError.alreadyRun("A hub") }
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                try await self.broker.run()
                return .service
            }
            group.addTask {
                try await withGracefulShutdownHandler {
                    try await self.serveRequests(onListening)
                } onGracefulShutdown: {
                    let subscribers = self.broker.subscriptionCount
                    self.log.draining(subscribers: subscribers, window: self.configuration.drainWindow)
                }
                return .service
            }
            group.addTask {
                await EngineWatch(broker: self.broker, log: self.log, metrics: self.counts, clock: ContinuousClock())
                    .run()
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

    private func serveRequests(_ onListening: @Sendable ([BoundListener]) -> Void) async throws {
        let scheme = self.configuration.tls == nil ? "http" : "https"
        let listeners = self.configuration.allListeners
        do {
            try await self.server.serve { bound in
                for listener in bound {
                    self.log.listening(scheme: scheme, listener, roles: listeners[listener.index].roles)
                }
                onListening(bound)
            }
        } catch let error as ServerListeningError {
            throw HubListeningError(error)
        }
    }
}
