@available(SwiftSSE 1.0, *)
extension EventLog {
    /// The longest last event ID that is looked at, in bytes.
    static let maximumIDByteCount = 1024

    /// Finds where a subscriber begins.
    ///
    /// - Parameters:
    ///   - point: Where it wants to begin.
    ///   - selection: What it may have: an event that it may not have counts as one that there is not.
    ///   - policy: What becomes of it if it cannot begin there.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/resumeRefused``.
    func resume(
        from point: ResumePoint,
        for selection: TopicSelection = .everything,
        policy: ResumePolicy
    ) throws(BrokerError) -> ResumedCursor {
        switch point {
        case .latest: return self.cursor(at: self.last, .live)
        case .earliest: return self.cursor(at: self.first - 1, .earliest)
        case .after(let id):
            switch self.find(id, selection) {
            case .success(let sequence): return self.cursor(at: sequence, .resumed)
            case .failure(let gap):
                switch policy {
                case .startLive: return self.cursor(at: self.last, .gap(gap))
                case .replayAll: return self.cursor(at: self.first - 1, .gap(gap))
                case .refuse:
                    throw BrokerError(
                        code: .resumeRefused,
                        message: "There is no going on after this last event ID: \(gap.rawValue).",
                        cause: gap
                    )
                }
            }
        }
    }

    private func find(_ id: String, _ selection: TopicSelection) -> Result<UInt64, GapReason> {
        guard id.utf8.count <= Self.maximumIDByteCount else { return .failure(.tooLong) }
        guard id.utf8.first == UInt8(ascii: "#") else {
            let sequence = self.sequence(ofPublisherID: id, allowedBy: selection)
            return sequence.map(Result.success) ?? .failure(.unknown)
        }
        guard let position = EventPosition(wireID: id) else { return .failure(.malformed) }
        guard position.epoch == self.epoch else { return .failure(.foreignEpoch) }
        guard position.sequence <= self.last else { return .failure(.future) }
        // The event itself may be gone as long as the one after it is not.
        guard position.sequence + 1 >= self.first else { return .failure(.evicted) }
        return .success(position.sequence)
    }

    private func cursor(at sequence: UInt64, _ outcome: ResumeOutcome) -> ResumedCursor {
        ResumedCursor(sequence: sequence, outcome: outcome, lastEventID: self.id(of: sequence))
    }
}
