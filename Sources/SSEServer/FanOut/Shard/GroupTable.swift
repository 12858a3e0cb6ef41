internal import SSEBroker

/// A shard's groups, found by what they select and by the topics that they want.
///
/// Groups that name their topics are found by hashing, so that a topic costs the same however many others there are.
/// Those that want everything or have templates are asked once for each topic, and the answer is remembered. What that
/// costs is counted, and a round ends for the groups for which there is nothing left to spend: they read the log like
/// those who are behind, and hold up nobody.
@available(SwiftSSE 1.0, *)
struct GroupTable {
    /// The most that asking one group for a topic may cost.
    private static let shareBudget = 50_000
    /// The most topics whose answers are remembered.
    private static let answerLimit = 4096
    /// The most groups whose quiet parts of the log are remembered when their last subscriber has left.
    private static let memoryLimit = 32

    /// Where a group stands in the table's lists, so that it leaves them without being looked for.
    struct Place {
        /// In the list of each of its topics, in the topics' order.
        fileprivate var ofTopics: [Int32] = []
        fileprivate var inOthers = 0
    }

    /// The groups with `*` or templates that want a topic.
    private struct Answer {
        var groups: [SubscriberGroup] = []
        /// The groups for which it takes too long to find out.
        var costly: [SubscriberGroup] = []
        /// How many of ``others`` have been asked. Those that came later have not.
        var askedCount = 0
    }

    private struct Key: Hashable {
        let selection: TopicSelection
        let details: EventDetails
    }

    private var groups: [Key: SubscriberGroup] = [:]
    /// The number of the last group whose bytes are its own.
    private var lastOwner = FrameBatch.everybody
    private var groupsOfTopics: [Topic: [SubscriberGroup]] = [:]
    /// Those with `*` or templates, in the order in which they came; `nil` for one that has left.
    private var others: ContiguousArray<SubscriberGroup?> = []
    private var othersCount = 0
    private var answers: [Topic: Answer] = [:]
    /// The quiet ranges of groups whose last subscriber has left, so that one that returns does not compare everything
    /// anew.
    private var memories: [TopicSelection: QuietRange] = [:]

    /// The group of those who select the same and are told the same, a new one if there is none.
    mutating func group(_ selection: TopicSelection, _ details: EventDetails = .none) -> SubscriberGroup {
        let key = Key(selection: selection, details: details)
        if let known = self.groups[key] { return known }
        if details == .topics { self.lastOwner += 1 }
        let group = SubscriberGroup(selection, owner: details == .topics ? self.lastOwner : FrameBatch.everybody)
        self.groups[key] = group
        for topic in selection.wanted.exactTopics {
            group.tablePlace.ofTopics.append(Int32(self.groupsOfTopics[topic]?.count ?? 0))
            self.groupsOfTopics[topic, default: []].append(group)
        }
        if !selection.wanted.isExact {
            group.tablePlace.inOthers = self.others.count
            self.others.append(group)
            self.othersCount += 1
            group.quietRange = self.memories.removeValue(forKey: selection)
        }
        return group
    }

    mutating func remove(_ group: SubscriberGroup) {
        self.groups[Key(selection: group.selection, details: group.tellsTopics ? .topics : .none)] = nil
        for (topic, index) in zip(group.selection.wanted.exactTopics, group.tablePlace.ofTopics) {
            self.remove(at: Int(index), from: topic)
        }
        guard !group.selection.wanted.isExact else { return }
        self.others[group.tablePlace.inOthers] = nil
        self.othersCount -= 1
        // So that whoever comes and goes does not have all others asked again each time.
        if self.others.count > 2 * self.othersCount + 16 { self.closeGaps() }
        if let range = group.quietRange {
            if self.memories.count >= Self.memoryLimit { self.memories.removeAll() }
            self.memories[group.selection] = range
        }
    }

    /// Takes a group out of a topic's list, where the last one takes its place: many may leave at once.
    private mutating func remove(at index: Int, from topic: Topic) {
        guard let last = self.groupsOfTopics[topic]?.popLast() else { return }
        guard let count = self.groupsOfTopics[topic]?.count, count > 0 else {
            self.groupsOfTopics[topic] = nil
            return
        }
        guard index < count else { return }
        self.groupsOfTopics[topic]?[index] = last
        if let position = last.selection.wanted.index(of: topic) { last.tablePlace.ofTopics[position] = Int32(index) }
    }

    private mutating func closeGaps() {
        self.others = ContiguousArray(self.others.lazy.filter { $0 != nil })
        for (index, group) in self.others.enumerated() { group?.tablePlace.inOthers = index }
        self.answers.removeAll()
    }

    // MARK: Events

    /// Calls a closure with each group that gets an event, once.
    ///
    /// - Parameters:
    ///   - budget: What comparing topics with templates may cost.
    ///   - undecided: Is called instead with each group for which the budget did not last.
    mutating func forEach(
        wanting record: LogRecord,
        _ budget: inout MatchBudget,
        _ body: (SubscriberGroup) -> Void,
        undecided: (SubscriberGroup) -> Void
    ) {
        guard record.isPrivate else {
            return self.forEach(wanting: record.topics, &budget, body, undecided: undecided)
        }
        var wanting: [SubscriberGroup] = []
        self.forEach(wanting: record.topics, &budget, { wanting.append($0) }, undecided: undecided)
        for group in wanting {
            var place = MatchPlace()
            switch group.selection.allows(record, from: &place, &budget) {
            case true?: body(group)
            case false?: break
            case nil: undecided(group)
            }
        }
    }

    private mutating func forEach(
        wanting topics: [Topic],
        _ budget: inout MatchBudget,
        _ body: (SubscriberGroup) -> Void,
        undecided: (SubscriberGroup) -> Void
    ) {
        guard topics.count > 1 else {
            for topic in topics { self.forEach(wanting: topic, &budget, body, undecided: undecided) }
            return
        }
        var seen: Set<ObjectIdentifier> = []
        for topic in topics {
            self.forEach(wanting: topic, &budget) { group in
                if seen.insert(ObjectIdentifier(group)).inserted { body(group) }
            } undecided: { group in
                if seen.insert(ObjectIdentifier(group)).inserted { undecided(group) }
            }
        }
    }

    private mutating func forEach(
        wanting topic: Topic,
        _ budget: inout MatchBudget,
        _ body: (SubscriberGroup) -> Void,
        undecided: (SubscriberGroup) -> Void
    ) {
        let named = self.groupsOfTopics[topic] ?? []
        for group in named { body(group) }
        guard self.othersCount > 0 else { return }
        let answer = self.ask(for: topic, &budget)
        for group in answer.groups where group.subscriberCount > 0 {
            // A group may both name the topic and have a template that fits it.
            if !named.isEmpty, group.selection.wanted.index(of: topic) != nil { continue }
            body(group)
        }
        for group in answer.costly where group.subscriberCount > 0 { undecided(group) }
        for case let group? in self.others[answer.askedCount...]
        where group.selection.wanted.index(of: topic) == nil {
            undecided(group)
        }
    }

    /// Asks the groups that have not been asked for a topic, as many as the budget lasts for.
    private mutating func ask(for topic: Topic, _ budget: inout MatchBudget) -> Answer {
        var answer = self.answers[topic] ?? Answer()
        guard answer.askedCount < self.others.count else { return answer }
        while answer.askedCount < self.others.count, !budget.isSpent {
            if let group = self.others[answer.askedCount] {
                // So much that a costly one is one among others.
                let limit = min(Self.shareBudget, budget.left)
                var share = MatchBudget(limit)
                let isWanted = group.selection.wanted.matches(topic, &share)
                budget.spend(limit - share.left)
                switch isWanted {
                case true?: answer.groups.append(group)
                case false?: break
                case nil where limit < Self.shareBudget: return self.remember(answer, for: topic)
                case nil: answer.costly.append(group)
                }
            }
            answer.askedCount += 1
        }
        return self.remember(answer, for: topic)
    }

    private mutating func remember(_ answer: Answer, for topic: Topic) -> Answer {
        if self.answers.count >= Self.answerLimit { self.answers.removeAll() }
        self.answers[topic] = answer
        return answer
    }
}
