import SSEBroker
import SSETestSupport

/// An engine whose appends have to be waited for: each waits at the gate. The log itself is a ``MemoryEngine``.
@available(SwiftSSE 1.0, *)
final class SlowEngine: BrokerEngine {
    let gate = Turnstile()
    private let base = MemoryEngine()
    private let state: EngineHealth

    init(health: EngineHealth = .healthy) {
        self.state = health
    }

    func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        if case .unavailable(let reason) = self.state { throw BrokerError(code: .engineFailed, message: reason) }
        do {
            try await self.gate.pass()
        } catch {
            throw BrokerError(code: .engineFailed, message: "The engine does not answer.", cause: error)
        }
        return try self.base.append(publication)
    }

    func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws {
        try await self.base.follow(after: cursor, deliver: deliver)
    }

    func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) async throws(BrokerError) -> LogSlice {
        try self.base.read(after: cursor, selection, limit: limit)
    }

    func bounds() async throws(BrokerError) -> LogBounds { try self.base.bounds() }

    func health() async -> EngineHealth { self.state }
}
