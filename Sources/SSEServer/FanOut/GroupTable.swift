internal import SSEBroker

/// A shard's groups, found by what they select and by the topics that they want.
///
/// Groups that name their topics are found by hashing, so that a topic costs the same however many others there are.
/// Those that want everything or have templates are asked once for each topic, and the answer is remembered.
@available(SwiftSSE 1.0, *)
struct GroupTable {
    /// The most topics whose answers are remembered.
    private static let answerLimit = 4096

    private var groups: [TopicSelection: SubscriberGroup] = [:]
    private var groupsOfTopics: [Topic: [SubscriberGroup]] = [:]
    /// Those with `*` or templates.
    private var others: [SubscriberGroup] = []
    private var answers: [Topic: [SubscriberGroup]] = [:]

    /// The group of a selection, a new one if there is none.
    mutating func group(_ selection: TopicSelection) -> SubscriberGroup {
        if let known = self.groups[selection] { return known }
        let group = SubscriberGroup(selection)
        self.groups[selection] = group
        for topic in selection.wanted.exactTopics { self.groupsOfTopics[topic, default: []].append(group) }
        if !selection.wanted.isExact {
            self.others.append(group)
            self.answers.removeAll()
        }
        return group
    }

    mutating func remove(_ group: SubscriberGroup) {
        self.groups[group.selection] = nil
        for topic in group.selection.wanted.exactTopics {
            self.groupsOfTopics[topic]?.removeAll { $0 === group }
            if self.groupsOfTopics[topic]?.isEmpty == true { self.groupsOfTopics[topic] = nil }
        }
        if !group.selection.wanted.isExact {
            self.others.removeAll { $0 === group }
            self.answers.removeAll()
        }
    }

    /// Calls a closure with each group that gets an event, once.
    mutating func forEach(wanting record: LogRecord, _ body: (SubscriberGroup) -> Void) {
        guard record.isPrivate else { return self.forEach(wanting: record.topics, body) }
        self.forEach(wanting: record.topics) { if $0.selection.allows(record) { body($0) } }
    }

    private mutating func forEach(wanting topics: [Topic], _ body: (SubscriberGroup) -> Void) {
        guard topics.count > 1 else {
            for topic in topics { self.forEach(wanting: topic, body) }
            return
        }
        var seen: Set<ObjectIdentifier> = []
        for topic in topics {
            self.forEach(wanting: topic) { if seen.insert(ObjectIdentifier($0)).inserted { body($0) } }
        }
    }

    private mutating func forEach(wanting topic: Topic, _ body: (SubscriberGroup) -> Void) {
        let named = self.groupsOfTopics[topic] ?? []
        for group in named { body(group) }
        guard !self.others.isEmpty else { return }
        for group in self.others(wanting: topic) {
            // A group may both name the topic and have a template that fits it.
            if !named.isEmpty, named.contains(where: { $0 === group }) { continue }
            body(group)
        }
    }

    private mutating func others(wanting topic: Topic) -> [SubscriberGroup] {
        if let known = self.answers[topic] { return known }
        let groups = self.others.filter { $0.selection.wanted.matches(topic) }
        if self.answers.count >= Self.answerLimit { self.answers.removeAll() }
        self.answers[topic] = groups
        return groups
    }
}
