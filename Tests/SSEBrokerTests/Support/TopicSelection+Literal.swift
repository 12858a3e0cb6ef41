public import SSEBroker

@available(SwiftSSE 1.0, *)
extension TopicSelection: ExpressibleByStringLiteral {
    /// A topic by name.
    public init(stringLiteral value: String) { self.init(Topic(stringLiteral: value)) }
}
