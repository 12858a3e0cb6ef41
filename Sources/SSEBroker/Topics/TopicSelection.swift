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
}

/// Says which topics somebody wants: one, all, or those that a URI template can expand to.
///
/// ```swift
/// let one = try TopicSelector("https://example.com/books/1")
/// let many = try TopicSelector("https://example.com/books/{id}")
/// let all = TopicSelector.all
/// ```
///
/// Follows the selectors of the Mercure protocol 0.x (Internet-Draft 07): a selector matches a topic if it is `*`, if
/// both are equal, or if it is a URI template (RFC 6570) that fits the topic.
@available(SwiftSSE 1.0, *)
public struct TopicSelector: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case all
        case exact(Topic)
        case template(URITemplate)
    }

    let kind: Kind

    /// Every topic.
    public static let all = TopicSelector(kind: .all)

    /// One topic.
    ///
    /// - Parameter topic: The topic.
    /// - Returns: A selector that matches it and no other.
    public static func exact(_ topic: Topic) -> TopicSelector { TopicSelector(kind: .exact(topic)) }

    /// The topics that a template can expand to.
    ///
    /// - Parameter template: The template.
    /// - Returns: A selector that matches them.
    public static func template(_ template: URITemplate) -> TopicSelector { TopicSelector(kind: .template(template)) }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// Reads a selector.
    ///
    /// - Parameter text: `*`, a URI template if it holds a brace, else a topic.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidTopic`` if it cannot be a topic, or with the
    ///   code ``BrokerError/Code/invalidTemplate`` if it has braces and is not a template.
    public init(_ text: String) throws(BrokerError) {
        if text == "*" {
            self.kind = .all
        } else if text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
            self.kind = .template(try URITemplate(text))
        } else {
            self.kind = .exact(try Topic(text))
        }
    }

    /// Tells whether this selector wants a topic.
    ///
    /// - Parameter topic: The topic.
    /// - Returns: Whether it matches. The time is linear in the topic's length, for each variable of a template.
    public func matches(_ topic: Topic) -> Bool {
        switch self.kind {
        case .all: true
        case .exact(let wanted): wanted == topic
        case .template(let template): template.matches(topic)
        }
    }
}

@available(SwiftSSE 1.0, *)
extension TopicSelector: CustomStringConvertible {
    /// The selector as text.
    public var description: String {
        switch self.kind {
        case .all: "*"
        case .exact(let topic): topic.rawValue
        case .template(let template): template.rawValue
        }
    }
}
