/// The topics that at least one of some selectors matches.
///
/// Sets of the same selectors are equal, whatever the order.
@available(SwiftSSE 1.0, *)
public struct TopicSet: Sendable, Hashable {
    /// Whether every topic is in the set.
    public let isAll: Bool

    /// The topics that are in it by name.
    public let exactTopics: [Topic]

    /// The templates.
    public let templates: [URITemplate]

    /// Makes a set.
    ///
    /// - Parameter selectors: What is in it; with none, nothing is.
    public init(_ selectors: some Sequence<TopicSelector>) {
        var isAll = false
        var exact: Set<Topic> = []
        var templates: Set<URITemplate> = []
        for selector in selectors {
            switch selector.kind {
            case .all: isAll = true
            case .exact(let topic): exact.insert(topic)
            case .template(let template): templates.insert(template)
            }
        }
        self.isAll = isAll
        // With `*` the others say nothing more.
        self.exactTopics = isAll ? [] : exact.sorted()
        self.templates = isAll ? [] : templates.sorted { $0.rawValue < $1.rawValue }
    }

    /// How many selectors this is made of.
    public var selectorCount: Int { self.isAll ? 1 : self.exactTopics.count + self.templates.count }

    /// What the templates cost: a match takes a time that is linear in their variables.
    package var templateWeight: Int { self.templates.reduce(0) { $0 + max(1, $1.variableCount) } }

    /// What the selectors take, in memory and when they are let go of: their bytes, and as much again for each as 360 of
    /// these.
    var selectorWeight: Int {
        self.exactTopics.reduce(0) { $0 + $1.rawValue.utf8.count + 360 }
            + self.templates.reduce(0) { $0 + $1.rawValue.utf8.count + 360 }
    }

    /// Whether the set names its topics, each of them.
    package var isExact: Bool { !self.isAll && self.templates.isEmpty }

    /// Tells whether one of an event's topics is in the set.
    ///
    /// - Parameter topics: The event's topics.
    /// - Returns: Whether at least one of them is; never, if there are none.
    public func matches(_ topics: [Topic]) -> Bool {
        self.isAll ? !topics.isEmpty : topics.contains { self.matches($0) }
    }

    /// Tells whether a topic is in the set.
    ///
    /// - Parameter topic: The topic.
    /// - Returns: Whether a selector matches it.
    public func matches(_ topic: Topic) -> Bool {
        self.isAll || self.contains(topic) || self.templates.contains { $0.matches(topic) }
    }

    /// Tells whether a topic is in the set by name.
    func contains(_ topic: Topic) -> Bool { self.index(of: topic) != nil }

    /// Where a topic stands among ``exactTopics``, which are in order, so that many of them cost little.
    package func index(of topic: Topic) -> Int? {
        var range = self.exactTopics.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if self.exactTopics[middle] == topic { return middle }
            if self.exactTopics[middle] < topic {
                range = (middle + 1)..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return nil
    }
}
