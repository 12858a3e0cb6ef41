/// What was read from a log in one go.
@available(SwiftSSE 1.0, *)
public struct LogSlice: Sendable {
    /// The events that the selection wants, in order.
    public var records: [LogRecord]

    /// The sequence number up to which everything has been looked at: the cursor to read on from.
    public var cursor: UInt64

    /// Whether events behind the cursor that was given have left the log, so that some may be missing before
    /// ``records``.
    public var isMissingEvents: Bool

    /// The epoch of the log that was read, `nil` if it is not this process's.
    package var epoch: UInt64?

    /// When the first event came to this process's log, `nil` if that is not known or there is none.
    package var firstTime: Duration?

    /// How far the event behind ``cursor`` has been compared with the selection, when the budget was spent there.
    package var place = MatchPlace()

    /// Makes a slice.
    ///
    /// - Parameters:
    ///   - records: The events.
    ///   - cursor: The sequence number up to which everything has been looked at.
    ///   - isMissingEvents: Whether some may be missing.
    public init(records: [LogRecord], cursor: UInt64, isMissingEvents: Bool) {
        self.records = records
        self.cursor = cursor
        self.isMissingEvents = isMissingEvents
    }
}

@available(SwiftSSE 1.0, *)
extension LogSlice {
    /// Leaves out the last events, so that those that are left are sent in no more than so many bytes, but at least one.
    package mutating func truncate(toBytes limit: Int) { self.truncate(to: limit) { $0.frame.chunk.count } }

    /// Leaves out the last events, so that those that are left take no more than so many bytes of memory, but at least one.
    package mutating func truncate(toHeldBytes limit: Int) { self.truncate(to: limit, \.byteCount) }

    private mutating func truncate(to limit: Int, _ byteCountOf: (LogRecord) -> Int) {
        var byteCount = 0
        for (index, record) in self.records.enumerated() {
            byteCount += byteCountOf(record)
            guard byteCount > limit, index > 0 else { continue }
            self.records.removeSubrange(index...)
            self.cursor = self.records[index - 1].position.sequence
            self.place = MatchPlace()
            return
        }
    }

    /// Leaves out what is behind an event.
    package mutating func truncate(through end: UInt64) {
        guard self.cursor > end else { return }
        self.cursor = end
        self.place = MatchPlace()
        while let last = self.records.last, last.position.sequence > end { self.records.removeLast() }
    }
}

/// The events behind a cursor among which are those that a selection wants, taken out of the log under its lock.
///
/// Comparing them with the selection is what takes time, and so is done by ``slice(for:after:from:limit:_:)``, without
/// the lock.
@available(SwiftSSE 1.0, *)
struct LogCandidates: Sendable {
    /// The question that is still open for each event.
    enum Question: Sendable {
        /// All of them are wanted, and allowed.
        case none
        /// It is known to be wanted; it may not be allowed.
        case isAllowed
        /// It may be neither wanted nor allowed.
        case matches
    }

    var records: [LogRecord] = []
    /// The sequence number up to which the log has been looked through.
    var cursor: UInt64
    var isMissingEvents: Bool
    var epoch: UInt64
    var firstTime: Duration?
    var question = Question.none

    /// Leaves out what the selection does not want.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number that the candidates were looked up behind.
    ///   - place: How far the event behind the cursor has been compared before.
    ///   - limit: The most events to return.
    ///   - budget: What comparing may cost. When it is spent, the slice ends before the event that is being compared.
    func slice(
        for selection: TopicSelection,
        after cursor: UInt64,
        from place: MatchPlace = MatchPlace(),
        limit: Int,
        _ budget: inout MatchBudget
    ) -> LogSlice {
        var slice = LogSlice(records: [], cursor: self.cursor, isMissingEvents: self.isMissingEvents)
        slice.epoch = self.epoch
        slice.firstTime = self.firstTime
        guard self.question != .none else {
            slice.records = self.records
            return slice
        }
        // What has been found out about an event says nothing about another, if that one has left the log.
        var place = self.records.first?.position.sequence == cursor + 1 ? place : MatchPlace()
        for record in self.records {
            let answer: Bool? =
                switch self.question {
                case .matches: selection.matches(record, from: &place, &budget)
                default: selection.allows(record, from: &place, &budget)
                }
            guard let answer else {
                slice.cursor = record.position.sequence - 1
                slice.place = place
                break
            }
            guard answer else { continue }
            slice.records.append(record)
            guard slice.records.count < limit else {
                slice.cursor = record.position.sequence
                break
            }
        }
        return slice
    }
}
