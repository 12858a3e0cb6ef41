@available(SwiftSSE 1.0, *)
extension EventLog {
    /// The longest last event ID that is looked at, in bytes.
    static let maximumIDByteCount = 1024

    /// Whether an id can be one that a publisher chose.
    static func mayBePublisherID(_ id: String) -> Bool {
        id.utf8.count <= self.maximumIDByteCount && id.utf8.first != UInt8(ascii: "#")
    }

    /// Finds where a subscriber begins in a log that is all there is.
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
        guard let cursor = try self.resume(from: point, for: selection, policy: policy, in: .here) else {
            preconditionFailure("What is all here need not be asked for.")
        }
        return cursor
    }

    /// Finds where a subscriber begins.
    ///
    /// - Parameters:
    ///   - point: Where it wants to begin.
    ///   - selection: What it may have: an event that it may not have counts as one that there is not.
    ///   - policy: What becomes of it if it cannot begin there.
    ///   - whole: What is known of the log that this is the newest part of.
    /// - Returns: `nil` if more has to be known of it.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/resumeRefused``.
    func resume(
        from point: ResumePoint,
        for selection: TopicSelection,
        policy: ResumePolicy,
        in whole: WholeLog
    ) throws(BrokerError) -> ResumedCursor? {
        switch point {
        case .latest: return self.cursor(at: self.last, .live)
        case .earliest: return self.beginning(of: whole, .earliest)
        case .after(let id):
            switch self.find(id, selection, in: whole) {
            case nil: return nil
            case .success(let sequence):
                var cursor = self.cursor(at: sequence, .resumed)
                // What is not here has the id that the subscriber knows it by.
                if sequence > self.last || sequence + 1 < self.first { cursor.lastEventID = id }
                return cursor
            case .failure(let gap):
                switch policy {
                case .startLive: return self.cursor(at: self.last, .gap(gap))
                case .replayAll: return self.beginning(of: whole, .gap(gap))
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

    /// The event after which a subscriber goes on, or why it cannot; `nil` if more has to be known.
    private func find(_ id: String, _ selection: TopicSelection, in whole: WholeLog) -> Result<UInt64, GapReason>? {
        guard id.utf8.count <= Self.maximumIDByteCount else { return .failure(.tooLong) }
        guard id.utf8.first == UInt8(ascii: "#") else {
            return self.find(publisherID: id, selection, in: whole)
        }
        guard let position = EventPosition(wireID: id) else { return .failure(.malformed) }
        guard position.epoch == self.epoch else { return whole.isCertain ? .failure(.foreignEpoch) : nil }
        if position.sequence > self.last {
            // Another process that has the same log may be ahead of this one.
            if let bounds = self.bounds(of: whole), position.sequence <= bounds.last {
                return .success(position.sequence)
            }
            return whole.isCertain ? .failure(.future) : nil
        }
        // The event itself may be gone as long as the one after it is not.
        if position.sequence + 1 >= self.first { return .success(position.sequence) }
        if whole == .here { return .failure(.evicted) }
        return self.bounds(of: whole).map { bounds in
            position.sequence + 1 >= bounds.first ? .success(position.sequence) : .failure(.evicted)
        }
    }

    private func find(
        publisherID id: String,
        _ selection: TopicSelection,
        in whole: WholeLog
    ) -> Result<UInt64, GapReason>? {
        if let sequence = self.sequence(ofPublisherID: id, allowedBy: selection) { return .success(sequence) }
        guard whole.isCertain else { return nil }
        guard case .current(let bounds, let sequence?) = whole, sequence + 1 >= bounds.first else {
            return .failure(.unknown)
        }
        return .success(sequence)
    }

    /// What the whole log holds, unless it is another one by now.
    private func bounds(of whole: WholeLog) -> LogBounds? { whole.bounds.flatMap { $0.epoch == self.epoch ? $0 : nil } }

    private func beginning(of whole: WholeLog, _ outcome: ResumeOutcome) -> ResumedCursor? {
        if whole == .here || self.first == 1 { return self.cursor(at: self.first - 1, outcome) }
        return self.bounds(of: whole).map { bounds in
            var cursor = self.cursor(at: max(bounds.first, 1) - 1, outcome)
            // It asks for whatever there is, and there may be less by now.
            cursor.mayBeginLater = true
            return cursor
        }
    }

    private func cursor(at sequence: UInt64, _ outcome: ResumeOutcome) -> ResumedCursor {
        ResumedCursor(
            epoch: self.epoch,
            sequence: sequence,
            outcome: outcome,
            lastEventID: self.id(of: sequence)
        )
    }
}
