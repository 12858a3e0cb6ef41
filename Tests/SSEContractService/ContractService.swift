internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import UnixSignals

/// The HTTP server, and the clients that it has been told to make.
@available(SwiftSSE 1.0, *)
struct ContractService {
    private let port: Int
    private let signals: [UnixSignal]
    private let onRunning: @Sendable (Int) -> Void

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - port: The port to listen on, 0 for any.
    ///   - signals: What stops the service besides a request.
    ///   - onRunning: Called with the port once the service listens.
    init(port: Int, signals: [UnixSignal] = [], onRunning: @escaping @Sendable (Int) -> Void) {
        self.port = port
        self.signals = signals
        self.onRunning = onRunning
    }

    /// Serves until a request or a signal stops it.
    func run() async throws {
        var logger = Logger(label: "SSEContractService")
        logger.logLevel = .critical
        let (newClients, continuation) = AsyncStream<ContractClient>.makeStream()
        let registry = ClientRegistry(newClients: continuation)
        let server = Application(
            router: ContractRoutes(registry: registry).router(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: self.port)),
            onServerRunning: { [onRunning] channel in onRunning(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: server),
                    // It ends when the service is told to stop; the answer to that is still sent.
                    .init(
                        service: ClientRunner(newClients: newClients),
                        successTerminationBehavior: .gracefullyShutdownGroup
                    ),
                ],
                gracefulShutdownSignals: self.signals,
                logger: logger
            )
        )
        try await group.run()
    }
}
