// Where those begin who come: in the copy, or before it.
@available(SwiftSSE 1.0, *)
extension EngineMirror {
    /// Finds where a subscriber begins, `nil` if the engine has to be asked for that.
    func resumeAtOnce(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy
    ) throws(BrokerError) -> ResumedCursor? {
        var whole = self.knownBounds.map(WholeLog.recent) ?? .unknown
        // What the engine had may have left it with each event that has come since, and with it the one to go on after.
        if case .after = point, let bounds = whole.bounds, bounds.last != self.store.last { whole = .unknown }
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
            switch point {
            case .after(let id) where EventLog.mayBePublisherID(id):
                sequence = try await self.sequence(ofPublisherID: id, allowedBy: selection)
            case .since(let time):
                sequence = try await self.sequence(since: time)
            default: break
            }
            let whole = WholeLog.current(try await self.currentBounds(), found: sequence)
            if let cursor = try self.store.resume(from: point, for: selection, policy: policy, in: whole) {
                return cursor
            }
        }
        throw .logIsReplaced
    }

    /// An event that a subscriber may not have counts as one that there is not, as in ``EventLog``.
    private func sequence(
        ofPublisherID id: String,
        allowedBy selection: TopicSelection
    ) async throws(BrokerError) -> UInt64? {
        try await self.perform { engine async throws(BrokerError) in
            guard let sequence = try await engine.sequence(ofPublisherID: id), sequence > 0 else { return nil }
            let record = try await engine.read(after: sequence - 1, .everything, limit: 1).records.first
            guard let record, record.publisherID == id else { return nil }
            if record.isPrivate {
                var turns = MatchTurns()
                let isAllowed = await turns.matches(selection.everythingAllowed, record.topics, isPrivate: true)
                guard isAllowed == true else { return nil }
            }
            return sequence
        }
    }

    /// The number of the first event that was stored at a time or later, by halving what is before the copy.
    ///
    /// - Returns: The number of the copy's first event if there is none before it.
    private func sequence(since time: Duration) async throws(BrokerError) -> UInt64 {
        var low = max(try await self.currentBounds().first, 1)
        var high = max(self.store.bounds.first, low)
        while low < high {
            let middle = low + (high - low) / 2
            let record = try await self.perform { engine async throws(BrokerError) in
                try await engine.read(after: middle - 1, .everything, limit: 1, bytes: 1).records.first
            }
            // What has left the log meanwhile, or was deleted, is passed over.
            guard let record, record.position.sequence < high else {
                high = middle
                continue
            }
            if (record.time ?? .zero) >= time { high = middle } else { low = record.position.sequence + 1 }
        }
        return low
    }
}
