#if NATS
import Logging
import SSEBroker
import SSENATS

/// The code that joins brokers.
@available(SwiftSSE 1.0, *)
private func joinBrokers(logger: Logger) async throws {
    var configuration = JetStreamConfiguration(servers: ["nats://n1:4222", "nats://n2:4222", "nats://n3:4222"])
    configuration.replicas = 3
    let engine = try await JetStreamEngine(configuration, logger: logger)
    let broker = try await Broker(engine: engine)
    try await broker.run()
}
#endif
