/// Which events a subscriber wants: those with at least one topic that at least one selector matches.
///
/// ```swift
/// let selection = TopicSelection([try TopicSelector("news"), try TopicSelector("users/{name}")])
/// ```
///
/// Selections that select the same by the same selectors are equal, whatever the order, so that subscribers with equal
/// selections can be served together.
@available(SwiftSSE 1.0, *)
public struct TopicSelection: Sendable, Hashable {
    /// Whether every event is wanted.
    public let isAll: Bool

    /// The topics that are wanted by name.
    public let exactTopics: [Topic]

    /// The templates that are wanted.
    public let templates: [URITemplate]

    /// Every event.
    public static let all = TopicSelection([.all])

    /// Makes a selection.
    ///
    /// - Parameter selectors: What is wanted; with none, nothing is.
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

    /// Makes a selection of topics by name.
    ///
    /// - Parameter topics: The topics.
    public init(_ topics: Topic...) {
        self.init(topics.map(TopicSelector.exact))
    }

    /// How many selectors this is made of.
    public var selectorCount: Int { self.isAll ? 1 : self.exactTopics.count + self.templates.count }

    /// Tells whether an event is wanted.
    ///
    /// - Parameter topics: The event's topics.
    /// - Returns: Whether at least one of them is selected.
    public func matches(_ topics: [Topic]) -> Bool {
        self.isAll || topics.contains { self.matches($0) }
    }

    private func matches(_ topic: Topic) -> Bool {
        self.contains(topic) || self.templates.contains { $0.matches(topic) }
    }

    /// Whether a topic is wanted by name. The names are in order, so that many of them cost little.
    private func contains(_ topic: Topic) -> Bool {
        var range = self.exactTopics.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if self.exactTopics[middle] == topic { return true }
            if self.exactTopics[middle] < topic {
                range = (middle + 1)..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return false
    }
}
