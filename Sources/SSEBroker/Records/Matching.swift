/// The work that matching may take before it pauses, so that a turn of an event loop ends.
///
/// A unit is about what it costs to look at one byte of a topic for one variable of a template.
@available(SwiftSSE 1.0, *)
package struct MatchBudget: Sendable {
    /// The units that are left; below zero when the last comparison took more than there was.
    package private(set) var left: Int

    package init(_ units: Int) {
        self.left = units
    }

    /// A budget that nothing uses up: for tasks of their own, which hold up nobody.
    package static var unlimited: MatchBudget { MatchBudget(.max) }

    package var isSpent: Bool { self.left <= 0 }

    package mutating func spend(_ units: Int) { self.left -= units }
}

/// The comparison at which matching an event against a selection has paused.
@available(SwiftSSE 1.0, *)
package struct MatchPlace: Sendable, Hashable {
    /// A Boolean value that indicates whether the event is wanted, so that only the grants are left to compare.
    fileprivate var isWanted = false
    fileprivate var topic: UInt32 = 0
    /// 0 for the search among the names, then one more than the template.
    fileprivate var comparison: UInt32 = 0

    /// The place before the first comparison.
    package init() {}
}

@available(SwiftSSE 1.0, *)
extension TopicSelection {
    /// Tells whether the subscriber gets an event.
    ///
    /// - Parameter record: The event.
    /// - Returns: Whether it is wanted, and not private or granted.
    public func matches(_ record: LogRecord) -> Bool {
        self.wanted.matches(record.topics) && self.allows(record)
    }

    /// Whether the subscriber may have an event, if it wants it.
    package func allows(_ record: LogRecord) -> Bool { !record.isPrivate || self.grants.matches(record.topics) }

    /// Goes on with comparing an event with this selection, for as long as the budget lasts.
    package func matches(
        _ record: LogRecord,
        from place: inout MatchPlace,
        _ budget: inout MatchBudget
    ) -> Bool? {
        self.matches(record.topics, isPrivate: record.isPrivate, from: &place, &budget)
    }

    /// Goes on with comparing an event with this selection, for as long as the budget lasts.
    ///
    /// An event may have a hundred topics of two kilobytes, and a selection a hundred templates; so what pauses is the
    /// comparison of one event, at any of its topics and templates.
    ///
    /// - Parameters:
    ///   - topics: The event's topics.
    ///   - isPrivate: Whether only those get the event who are granted one of its topics.
    ///   - place: Where an earlier call for the same event has paused. At the start again when the answer is known.
    ///   - budget: What may be spent.
    /// - Returns: Whether the subscriber gets the event; `nil` if the budget was spent before that was known.
    package func matches(
        _ topics: [Topic],
        isPrivate: Bool,
        from place: inout MatchPlace,
        _ budget: inout MatchBudget
    ) -> Bool? {
        if !place.isWanted {
            guard let isWanted = self.wanted.matches(topics, from: &place, &budget) else { return nil }
            place = MatchPlace()
            guard isWanted, isPrivate else { return isWanted }
            place.isWanted = true
        }
        guard let isGranted = self.grants.matches(topics, from: &place, &budget) else { return nil }
        place = MatchPlace()
        return isGranted
    }

    /// Goes on with telling whether the subscriber may have an event that it is known to want.
    package func allows(
        _ record: LogRecord,
        from place: inout MatchPlace,
        _ budget: inout MatchBudget
    ) -> Bool? {
        guard record.isPrivate else { return true }
        place.isWanted = true
        return self.matches(record, from: &place, &budget)
    }
}

@available(SwiftSSE 1.0, *)
extension TopicSet {
    /// Tells whether a topic is in the set.
    ///
    /// - Parameter budget: What may be spent.
    /// - Returns: Whether a selector matches the topic; `nil` if the budget was spent before that was known.
    package func matches(_ topic: Topic, _ budget: inout MatchBudget) -> Bool? {
        var place = MatchPlace()
        return self.matches([topic], from: &place, &budget)
    }

    fileprivate func matches(
        _ topics: [Topic],
        from place: inout MatchPlace,
        _ budget: inout MatchBudget
    ) -> Bool? {
        if self.isAll { return !topics.isEmpty }
        while Int(place.topic) < topics.count {
            guard !budget.isSpent else { return nil }
            let topic = topics[Int(place.topic)]
            let byteCount = topic.rawValue.utf8.count
            if place.comparison == 0 {
                // A search among the names by halving.
                budget.spend(16 + byteCount / 4)
                if self.contains(topic) { return true }
                place.comparison = 1
            }
            while Int(place.comparison) <= self.templates.count {
                guard !budget.isSpent else { return nil }
                let template = self.templates[Int(place.comparison) - 1]
                budget.spend(16 + template.cost * byteCount)
                if template.matches(topic) { return true }
                place.comparison += 1
            }
            place.topic += 1
            place.comparison = 0
        }
        return false
    }
}

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
