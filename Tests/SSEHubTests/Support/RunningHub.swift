import Logging
import SSEBroker
import SSETestSupport
import Testing

@testable import SSEHub

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
///   - lines: Gets what is logged, from the level `info` on, without the time.
///   - configure: Changes the configuration, which lets everybody publish.
///   - test: Gets the hub.
@available(SwiftSSE 1.0, *)
func withHub(
    broker: Broker? = nil,
    lines: Log<String>? = nil,
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
    let logger = Logger(label: "hub") { label in
        guard let lines else { return SwiftLogNoOpLogHandler() }
        return LineLogHandler(
            label: label,
            format: .text,
            level: .info,
            now: { LogTime(secondsSince1970: 0, milliseconds: 0) },
            write: { lines.append(String($0.dropFirst("1970-01-01T00:00:00.000Z ".count).dropLast())) }
        )
    }
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
