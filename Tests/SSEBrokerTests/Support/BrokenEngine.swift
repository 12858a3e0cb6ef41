import SSEBroker

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
        /// Reads more bytes than it was asked for.
        case ignoresBytes
        /// Gives what is behind the end in a circle.
        case goesRound
        /// Finds the last event with an id instead of the first.
        case findsLast
        /// Does not say what has left the log.
        case conceals
        /// Delivers what is kept when more is gone.
        case leapsAhead
    }

    private let defect: Defect
    private let base: MemoryEngine

    init(_ defect: Defect, _ base: MemoryEngine = MemoryEngine()) {
        self.defect = defect
        self.base = base
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
        let cursor = defect == .leapsAhead ? max(cursor, try self.base.bounds().first - 1) : cursor
        try await self.base.follow(after: cursor) { records throws(BrokerError) in
            try deliver(records)
            if defect == .doubles { try deliver([records[0]]) }
        }
    }

    func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) async throws(BrokerError) -> LogSlice {
        var cursor = self.defect == .skips ? cursor + 1 : cursor
        if self.defect == .goesRound, cursor > (try self.base.bounds().last) { cursor = 0 }
        var slice = try self.base.read(after: cursor, selection, limit: limit)
        if self.defect == .conceals { slice.isMissingEvents = false }
        return slice
    }

    func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int,
        bytes: Int
    ) async throws(BrokerError) -> LogSlice {
        var slice = try await self.read(after: cursor, selection, limit: limit)
        if self.defect != .ignoresBytes { slice.truncate(toHeldBytes: bytes) }
        return slice
    }

    func sequence(ofPublisherID id: String) async throws(BrokerError) -> UInt64? {
        guard self.defect == .findsLast else { return nil }
        return try self.base.read(after: 0, .everything, limit: 1000).records.last { $0.id == id }?.position.sequence
    }

    func bounds() async throws(BrokerError) -> LogBounds { try self.base.bounds() }

    func health() async -> EngineHealth { self.base.health() }
}
