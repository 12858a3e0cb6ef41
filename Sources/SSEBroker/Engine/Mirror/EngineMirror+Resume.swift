// Where those begin who come: in the copy, or before it.
@available(SwiftSSE 1.0, *)
extension EngineMirror {
    /// Finds where a subscriber begins, `nil` if the engine has to be asked for that.
    func resumeAtOnce(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy
    ) throws(BrokerError) -> ResumedCursor? {
        let whole = self.knownBounds.map(WholeLog.recent) ?? .unknown
        return try self.store.resume(from: point, for: selection, policy: policy, in: whole)
    }

    /// Asks the engine, and finds where a subscriber begins.
    func resume(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy
    ) async throws(BrokerError) -> ResumedCursor {
        // Once, unless the engine's log is replaced meanwhile.
        for _ in 0..<3 {
            var sequence: UInt64?
            if case .after(let id) = point, EventLog.mayBePublisherID(id) {
                sequence = try await self.sequence(ofPublisherID: id, allowedBy: selection)
            }
            let whole = WholeLog.current(try await self.currentBounds(), sequenceOfID: sequence)
            if let cursor = try self.store.resume(from: point, for: selection, policy: policy, in: whole) {
                return cursor
            }
        }
        throw BrokerError(code: .engineUnavailable, message: "The engine's log is being replaced.")
    }

    /// An event that a subscriber may not have counts as one that there is not, as in ``EventLog``.
    private func sequence(
        ofPublisherID id: String,
        allowedBy selection: TopicSelection
    ) async throws(BrokerError) -> UInt64? {
        try await self.perform { engine async throws(BrokerError) in
            guard let sequence = try await engine.sequence(ofPublisherID: id), sequence > 0 else { return nil }
            let record = try await engine.read(after: sequence - 1, .everything, limit: 1).records.first
            guard let record, record.publisherID == id, selection.allows(record) else { return nil }
            return sequence
        }
    }
}
