import SSEBroker
import Synchronization

/// An engine with a defect, to see that the conformance checks can fail.
@available(SwiftSSE 1.0, *)
struct BrokenEngine: BrokerEngine {
    enum Defect: CaseIterable {
        /// Delivers an event twice.
        case doubles
        /// Does not know keys.
        case forgetsKeys
        /// Acknowledges what it has not appended.
        case lies
        /// Leaves out the first event behind a cursor.
        case skips
    }

    private let defect: Defect
    private let base = MemoryEngine()

    init(_ defect: Defect) {
        self.defect = defect
    }

    func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        var publication = publication
        if self.defect == .forgetsKeys { publication.idempotencyKey = nil }
        if self.defect == .lies {
            var position = EventPosition(epoch: try self.base.bounds().epoch, sequence: try self.base.bounds().last)
            position.sequence += 1
            return PublishReceipt(position: position, id: position.wireID)
        }
        return try self.base.append(publication)
    }

    func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws {
        let defect = self.defect
        try await self.base.follow(after: cursor) { records throws(BrokerError) in
            try deliver(records)
            if defect == .doubles { try deliver([records[0]]) }
        }
    }

    func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) async throws(BrokerError) -> LogSlice {
        try self.base.read(after: self.defect == .skips ? cursor + 1 : cursor, selection, limit: limit)
    }

    func bounds() async throws(BrokerError) -> LogBounds { try self.base.bounds() }

    func health() async -> EngineHealth { self.base.health() }
}
