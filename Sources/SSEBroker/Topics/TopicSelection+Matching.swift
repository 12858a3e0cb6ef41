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
