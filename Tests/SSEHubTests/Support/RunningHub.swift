import Logging
import SSEBroker
import SSEHub
import SSETestSupport
import Testing

/// A hub on a port of its own.
@available(SwiftSSE 1.0, *)
struct RunningHub: Sendable {
    let hub: Hub
    let port: Int

    var broker: Broker { self.hub.broker }

    /// Waits until there are so many subscribers.
    func waitForSubscribers(_ count: Int) async throws {
        try await waitUntil { self.broker.subscriptionCount == count }
    }

    /// Talks to the hub on a connection of its own.
    func withConnection<Result: Sendable>(
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        try await RawConnection.withConnection(to: self.port, body)
    }

    /// Asks once.
    func exchange(_ request: String) async throws -> Response {
        try await self.withConnection { try await $0.exchange(request) }
    }
}

/// Runs a hub for the time of a closure.
///
/// - Parameters:
///   - broker: The broker, `nil` for one in memory as the configuration says.
///   - configure: Changes the configuration, which lets everybody publish.
///   - test: Gets the hub.
@available(SwiftSSE 1.0, *)
func withHub(
    broker: Broker? = nil,
    _ configure: (inout HubConfiguration) throws -> Void = { _ in },
    _ test: (RunningHub) async throws -> Void
) async throws {
    var configuration = HubConfiguration.defaults
    configuration.port = 0
    configuration.publishPolicy = .everybody
    configuration.drainWindow = .zero
    // No deadline for those who are slow because the machine is busy.
    configuration.requestTimeout = .seconds(60)
    try configure(&configuration)
    let logger = Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() }
    let broker = broker ?? Broker(configuration: configuration.broker)
    let hub = Hub(configuration, broker: broker, logger: logger)
    let ports = Log<Int>()
    try await withThrowingTaskGroup { group in
        group.addTask { try await hub.run { ports.append($0) } }
        defer { group.cancelAll() }
        let port = try #require(await ports.next())
        try await test(RunningHub(hub: hub, port: port))
    }
    #expect(broker.subscriptionCount == 0)
}
