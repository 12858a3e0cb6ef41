/// Which events a subscriber gets: those with at least one topic that at least one selector matches, and of the private
/// ones those that it is allowed to have.
///
/// ```swift
/// let selection = TopicSelection([try TopicSelector("news"), try TopicSelector("users/{name}")])
/// ```
///
/// Selections that select the same by the same selectors are equal, whatever the order, so that subscribers with equal
/// selections can be served together.
@available(SwiftSSE 1.0, *)
public struct TopicSelection: Sendable, Hashable {
    /// What is wanted.
    public let wanted: TopicSet

    /// The topics of the private events that the subscriber may have. An event that is wanted by one of its topics may
    /// be granted by another. None by default.
    public let grants: TopicSet

    /// Every event that is not private.
    public static let all = TopicSelection([.all])

    /// Every event, private ones as well.
    public static let everything = TopicSelection([.all], grants: [.all])

    /// Makes a selection.
    ///
    /// - Parameters:
    ///   - selectors: What is wanted; with none, nothing is.
    ///   - grants: The topics of the private events that the subscriber may have.
    public init(_ selectors: some Sequence<TopicSelector>, grants: some Sequence<TopicSelector>) {
        self.wanted = TopicSet(selectors)
        self.grants = TopicSet(grants)
    }

    /// Makes a selection of events that are not private.
    ///
    /// - Parameter selectors: What is wanted; with none, nothing is.
    public init(_ selectors: some Sequence<TopicSelector>) {
        self.init(selectors, grants: [])
    }

    /// Makes a selection of topics by name, and of events that are not private.
    ///
    /// - Parameter topics: The topics.
    public init(_ topics: Topic...) {
        self.init(topics.map(TopicSelector.exact))
    }

    private init(wanted: TopicSet, grants: TopicSet) {
        self.wanted = wanted
        self.grants = grants
    }

    /// The selection of every event that this one grants.
    package var everythingAllowed: TopicSelection { TopicSelection(wanted: TopicSet([.all]), grants: self.grants) }

    /// Tells whether the subscriber gets an event.
    ///
    /// - Parameter record: The event.
    /// - Returns: Whether it is wanted, and not private or granted.
    public func matches(_ record: LogRecord) -> Bool {
        self.wanted.matches(record.topics) && self.allows(record)
    }

    /// Whether the subscriber may have an event, if it wants it.
    package func allows(_ record: LogRecord) -> Bool { !record.isPrivate || self.grants.matches(record.topics) }
}
