#if NATS
internal import Logging
internal import SSEBroker
internal import SSENATS
internal import SSETestSupport

@available(SwiftSSE 1.0, *)
extension JetStreamEngine {
    /// An engine on a server, with what a closure changes.
    static func on(
        _ server: NATSServer,
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        _ change: (inout JetStreamConfiguration) -> Void = { _ in }
    ) async throws -> JetStreamEngine {
        var configuration = JetStreamConfiguration(servers: [server.url])
        configuration.connectTimeout = .seconds(60)
        configuration.publishTimeout = .seconds(60)
        change(&configuration)
        return try await JetStreamEngine(configuration, logger: logger)
    }

    /// Publishes an event with data on a topic.
    @discardableResult
    func append(_ data: String, to topic: Topic = "t", key: String? = nil) async throws -> PublishReceipt {
        try await self.append(Publication(ServerSentEvent(data: data), topics: [topic], idempotencyKey: key))
    }

    /// Follows while a closure runs, which is given what has come.
    func withFollower<Result>(
        after cursor: UInt64,
        _ body: (Received) async throws -> Result
    ) async throws -> Result {
        let received = Received()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await self.follow(after: cursor) { records throws(BrokerError) in received.append(records) }
                } catch {
                    received.end(error)
                }
            }
            let result = try await body(received)
            group.cancelAll()
            return result
        }
    }
}

/// What a follower has got.
@available(SwiftSSE 1.0, *)
final class Received: Sendable {
    struct State {
        var records: [LogRecord] = []
        var error: (any Error)?
    }

    private let state = Watched(State())

    func append(_ records: [LogRecord]) { self.state.update { $0.records += records } }
    func end(_ error: any Error) { self.state.update { $0.error = error } }

    var records: [LogRecord] { self.state.value.records }
    var count: Int { self.records.count }
    var error: (any Error)? { self.state.value.error }

    /// Waits until what has come fits.
    func wait(until isSatisfied: @escaping @Sendable (State) -> Bool) async throws {
        try await self.state.wait(until: isSatisfied)
    }

    /// Waits until there are so many events, or more.
    func wait(forCount count: Int) async throws {
        try await self.wait { $0.records.count >= count }
    }
}
#endif
