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
/// The endpoint follows the Mercure protocol 0.x (Internet-Draft 07).
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
    private let access: HubAccess

    /// Makes a hub that keeps its events in memory.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: Where to report to.
    public convenience init(_ configuration: HubConfiguration = .defaults, logger: Logger) {
        self.init(configuration, broker: Broker(configuration: configuration.broker), logger: logger)
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
        self.access = HubAccess(configuration.publishPolicy, configuration.subscribePolicy, logger)
    }

    /// Has other keys from now on. Streams that are open go on as they began.
    ///
    /// - Parameters:
    ///   - publishPolicy: Who may publish.
    ///   - subscribePolicy: Who may subscribe.
    public func reload(publishPolicy: PublishPolicy, subscribePolicy: SubscribePolicy) {
        self.access.replace(publishPolicy, subscribePolicy)
        self.logger.info("The keys have been read again")
    }

    /// Serves until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Throws: `IOError` if the address cannot be listened on.
    public func run() async throws {
        try await self.run { _ in }
    }

    /// Serves until the task is cancelled or a graceful shutdown begins.
    ///
    /// - Parameter onListening: Is called with the port when connections are accepted.
    /// - Throws: `IOError` if the address cannot be listened on.
    public func run(onListening: @escaping @Sendable (_ port: Int) -> Void) async throws {
        let registry = self.configuration.tellsSubscriptions ? SubscriptionRegistry(self.broker, self.logger) : nil
        let fanOut = FanOut(self.broker, configuration: self.configuration.fanOut)
        let endpoint = HubEndpoint(self.configuration, fanOut, self.access, registry)
        let server = HTTPServer(self.configuration.server, fanOut) { endpoint.answer($0) }
        try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                try await self.broker.run()
                return .service
            }
            group.addTask {
                try await server.run { port in
                    self.logger.info("Listening", metadata: ["port": "\(port)"])
                    onListening(port)
                }
                return .service
            }
            group.addTask {
                await self.access.run()
                return .company
            }
            if let registry {
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
        self.logger.info("Shut down")
    }
}
