/// A URI template that topics are matched against.
///
/// Simple expansion `{name}` stands for any number of unreserved characters and percent escapes, so not for a slash;
/// reserved expansion `{+name}` stands for reserved characters, too. A list such as `{x,y}` is values joined by commas,
/// of which any may be missing. `{#name}`, `{.name}` and `{/name}` are such values behind a number sign, a dot or a slash,
/// or nothing. Other operators and the modifiers `*` and `:3` are refused rather than misread.
///
/// ```swift
/// let template = try URITemplate("https://example.com/users/{user}/inbox")
/// template.matches("https://example.com/users/dunglas/inbox")  // true
/// ```
///
/// A template is compiled once. Matching takes a time that is linear in the topic's length for each variable, whatever
/// the template looks like, and a template has at most ``maximumVariableCount`` of them. A topic that equals the
/// template's text matches as well, as the Mercure protocol 0.x asks for.
///
/// The rule's source: RFC 6570, sections 3.2.2 to 3.2.6.
@available(SwiftSSE 1.0, *)
public struct URITemplate: Sendable {
    /// The most variables of one template: 16.
    public static let maximumVariableCount = URITemplateMachine.maximumVariableCount

    /// The template as text.
    public let rawValue: String

    private let machine: URITemplateMachine

    /// Reads a template.
    ///
    /// - Parameter rawValue: The template as text.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidTemplate`` if it is not a template, uses
    ///   more of RFC 6570 than is said above, or has more than ``maximumVariableCount`` variables;
    ///   ``BrokerError/Code/invalidTopic`` if it holds what no topic can hold, or is longer than
    ///   ``Topic/maximumByteCount``.
    public init(_ rawValue: String) throws(BrokerError) {
        try Topic.check(rawValue, what: "URI template")
        self.rawValue = rawValue
        self.machine = try URITemplateMachine(rawValue)
    }

    /// How many variables the template has.
    package var variableCount: Int { self.machine.variableCount }

    /// Tells whether the template can expand to a topic.
    ///
    /// - Parameter topic: The topic.
    /// - Returns: Whether it matches.
    public func matches(_ topic: Topic) -> Bool {
        var text = topic.rawValue
        return text.withUTF8 { self.machine.matches($0) } || self.rawValue.utf8.elementsEqual(topic.rawValue.utf8)
    }
}

@available(SwiftSSE 1.0, *)
extension URITemplate: Hashable {
    /// Whether two templates are the same text.
    public static func == (first: Self, second: Self) -> Bool {
        first.rawValue.utf8.elementsEqual(second.rawValue.utf8)
    }

    /// Hashes the template's text.
    public func hash(into hasher: inout Hasher) {
        var text = self.rawValue
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

@available(SwiftSSE 1.0, *)
extension URITemplate: CustomStringConvertible {
    /// The template as text.
    public var description: String { self.rawValue }
}
