/// Comparing events with a selection in a task: a little at a time, with other tasks' turns in between, and no more than so
/// much for one reading of an engine's log.
///
/// For engines. A hostile client can ask for templates, and have events published, whose comparison takes a second for each
/// thousand; so it takes place where nobody waits for it: not under a lock, and not while the reader has a connection or a
/// thread of which there are a few.
@available(SwiftSSE 1.0, *)
package struct MatchTurns: Sendable {
    /// The units of ``MatchBudget`` between two pauses.
    private let turn: Int
    /// The units after which a reading ends, with what it has found so far.
    private let reading: Int

    /// Lets other tasks have their turn. Tests wait in it.
    @TaskLocal package static var pause: @Sendable () async -> Void = { await Task.yield() }

    private var budget: MatchBudget
    private var spentBefore = 0

    /// - Parameters:
    ///   - turn: The units between two pauses: some tens of microseconds by default.
    ///   - reading: The units after which a reading ends.
    package init(turn: Int = 50_000, reading: Int = 500_000) {
        self.turn = turn
        self.reading = reading
        self.budget = MatchBudget(turn)
    }

    /// The units that have been spent.
    package var spent: Int { self.spentBefore + self.turn - self.budget.left }

    /// A Boolean value that indicates whether the reading has to end. One event is always compared to the end.
    package var isSpent: Bool { self.spent >= self.reading }

    /// Notes work of another kind that an event has cost.
    package mutating func spend(_ units: Int) { self.budget.spend(units) }

    /// Tells whether a subscriber gets an event.
    ///
    /// - Returns: `nil` if the task has been cancelled before that was known.
    package mutating func matches(_ selection: TopicSelection, _ topics: [Topic], isPrivate: Bool) async -> Bool? {
        var place = MatchPlace()
        while true {
            if let answer = selection.matches(topics, isPrivate: isPrivate, from: &place, &self.budget) {
                return answer
            }
            self.spentBefore = self.spent
            self.budget = MatchBudget(self.turn)
            await Self.pause()
            if Task.isCancelled { return nil }
        }
    }
}

@available(SwiftSSE 1.0, *)
extension LogSlice {
    /// Leaves out what a selection does not want, in turns.
    ///
    /// - Parameters:
    ///   - limit: The most events to keep.
    ///   - bytes: The most bytes to keep, by ``LogRecord/byteCount``.
    ///   - turns: What may be spent.
    /// - Returns: The slice, which ends where the turns are spent, the task has been cancelled, or there are enough events.
    package func filtered(
        by selection: TopicSelection,
        limit: Int,
        bytes: Int,
        _ turns: MatchTurns = MatchTurns()
    ) async -> LogSlice {
        var (slice, turns) = (self, turns)
        if selection != .everything {
            slice.records = []
            var last = self.records.first.map { $0.position.sequence - 1 } ?? self.cursor
            for record in self.records {
                guard !turns.isSpent, slice.records.count < limit,
                    let isWanted = await turns.matches(selection, record.topics, isPrivate: record.isPrivate)
                else {
                    slice.cursor = last
                    break
                }
                if isWanted { slice.records.append(record) }
                last = record.position.sequence
            }
        } else if slice.records.count > limit {
            slice.records.removeSubrange(limit...)
            slice.cursor = slice.records.last?.position.sequence ?? slice.cursor
        }
        slice.truncate(toHeldBytes: bytes)
        return slice
    }
}
