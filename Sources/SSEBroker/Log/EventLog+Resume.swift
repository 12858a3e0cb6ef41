@available(SwiftSSE 1.0, *)
extension EventLog {
    /// The longest last event ID that is looked at, in bytes.
    static let maximumIDByteCount = 1024

    /// Whether an id can be one that a publisher chose.
    static func mayBePublisherID(_ id: String) -> Bool {
        id.utf8.count <= self.maximumIDByteCount && id.utf8.first != UInt8(ascii: "#")
    }

    /// Finds where a subscriber begins.
    ///
    /// - Parameters:
    ///   - point: Where it wants to begin.
    ///   - sequence: Where the first event is, of those that the subscriber may have, that has the id the subscriber came
    ///     with, if a publisher chose that; `nil` if there is none here.
    ///   - policy: What becomes of it if it cannot begin there.
    ///   - whole: What is known of the log that this is the newest part of.
    /// - Returns: `nil` if more has to be known of it.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/resumeRefused``.
    func resume(
        from point: ResumePoint,
        publisherID sequence: UInt64? = nil,
        policy: ResumePolicy,
        in whole: WholeLog = .here
    ) throws(BrokerError) -> ResumedCursor? {
        switch point {
        case .latest: return self.cursor(at: self.last, .live)
        case .earliest: return self.beginning(of: whole, .earliest)
        // It takes comparing, which nobody does under a lock.
        case .newest: return nil
        case .since(let time): return self.beginning(since: time, in: whole)
        case .after(let id):
            switch self.find(id, sequence, in: whole) {
            case nil: return nil
            case .success(let sequence):
                var cursor = self.cursor(at: sequence, .resumed)
                // Nothing is missing behind it, by whichever of the event's ids the subscriber knows it.
                cursor.lastEventID = id
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
    private func find(_ id: String, _ sequence: UInt64?, in whole: WholeLog) -> Result<UInt64, GapReason>? {
        guard id.utf8.count <= Self.maximumIDByteCount else { return .failure(.tooLong) }
        guard id.utf8.first == UInt8(ascii: "#") else {
            return self.find(publisherID: sequence, in: whole)
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

    private func find(publisherID sequence: UInt64?, in whole: WholeLog) -> Result<UInt64, GapReason>? {
        // It may have left the log since it was found, but not if what follows is here.
        if let sequence, sequence + 1 >= self.first { return .success(sequence) }
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

    private func beginning(since time: Duration, in whole: WholeLog) -> ResumedCursor? {
        let sequence = self.sequence(since: time)
        // Unless all that is here is younger, and there is something before it.
        if whole == .here || sequence > self.first || self.first == 1 { return self.rewound(to: sequence - 1) }
        guard case .current(let bounds, let found) = whole, bounds.epoch == self.epoch else { return nil }
        return self.rewound(to: max(bounds.first, found ?? self.first, 1) - 1)
    }

    /// The place of a subscriber that asks for what there is from a number on.
    func rewound(to sequence: UInt64) -> ResumedCursor {
        // It is told where it begins, so what leaves the log before it is read is a gap.
        self.cursor(at: sequence, .rewound)
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

/// What is known of the whole of a log, of which an ``EventLog`` may have the newest part only, when a subscriber
/// comes.
@available(SwiftSSE 1.0, *)
enum WholeLog: Sendable, Hashable {
    /// The log is all there is.
    case here

    /// Nothing.
    case unknown

    /// What it held a moment ago. An event that was not in it then may be now.
    case recent(LogBounds)

    /// What it holds, asked for this subscriber; and the event that the engine has found for it, if there is one: the
    /// one with the id that it came with, or the first since a time.
    case current(LogBounds, found: UInt64?)

    /// What it holds or held.
    var bounds: LogBounds? {
        switch self {
        case .here, .unknown: nil
        case .recent(let bounds), .current(let bounds, _): bounds
        }
    }

    /// Whether what is not in it is nowhere.
    var isCertain: Bool {
        switch self {
        case .here, .current: true
        case .unknown, .recent: false
        }
    }
}
