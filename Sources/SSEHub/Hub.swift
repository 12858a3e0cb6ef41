public import Logging
public import SSEBroker
internal import SSEServer
public import ServiceLifecycle

/// A program's worth of server: subscribe with `GET /.well-known/mercure?topic=…`, publish with a `POST` to the same place.
///
/// ```swift
/// var configuration = HubConfiguration.defaults
/// configuration.publishPolicy = .bearersOfTokens(key: key)
/// let hub = Hub(configuration, logger: Logger(label: "hub"))
/// try await hub.run { port in print("http://127.0.0.1:\(port)/.well-known/mercure") }
/// ```
///
/// The endpoint has the shape of the Mercure protocol 0.x (Internet-Draft 07), as far as public events go; private
/// events are refused, not sent to everybody.
@available(SwiftSSE 1.0, *)
public final class Hub: Service, Sendable {
    /// Takes the events in; the process that runs the hub can publish and subscribe as well.
    public let broker: Broker

    private let configuration: HubConfiguration
    private let logger: Logger

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
        let authorization = await PublisherAuthorization(self.configuration.publishPolicy)
        if case .bearersOfTokens(let key) = self.configuration.publishPolicy,
            key.utf8.count < PublishPolicy.minimumKeyBytes
        {
            self.logger.error("The publisher key is too short; no token is valid")
        }
        let fanOut = FanOut(self.broker, configuration: self.configuration.fanOut)
        let endpoint = HubEndpoint(fanOut: fanOut, authorization: authorization)
        let server = HTTPServer(self.configuration.server, fanOut) { endpoint.answer($0) }
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.broker.run() }
            group.addTask {
                try await server.run { port in
                    self.logger.info("Listening", metadata: ["port": "\(port)"])
                    onListening(port)
                }
            }
            // Both end with a graceful shutdown; whichever fails takes the other with it.
            while try await group.next() != nil {}
        }
        self.logger.info("Shut down")
    }
}
