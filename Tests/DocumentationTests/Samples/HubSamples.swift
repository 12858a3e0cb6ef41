import Logging
import SSEBroker
import SSEHub
import ServerSentEvents
import ServiceLifecycle

/// The code of the hub's landing page.
@available(SwiftSSE 1.0, *)
private func hubSamples(key: String, logger: Logger) async throws {
    var configuration = HubConfiguration.defaults
    configuration.port = 8888
    configuration.publishPolicy = .bearersOfTokens(try .secret(key))
    let hub = Hub(configuration, logger: logger)
    let services = ServiceGroup(services: [hub], logger: logger)
    try await services.run()

    try await hub.broker.publish(ServerSentEvent(data: "Hello"), to: "news")
}
