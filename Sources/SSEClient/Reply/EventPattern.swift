public import ServerSentEvents

/// Tells events apart, to find the end of a reply or an error in it.
@available(SwiftSSE 1.0, *)
public struct EventPattern: Sendable {
    private let predicate: @Sendable (ServerSentEvent) -> Bool

    /// Makes a pattern of your own.
    ///
    /// - Parameter predicate: Whether an event is meant.
    public init(_ predicate: @escaping @Sendable (ServerSentEvent) -> Bool) {
        self.predicate = predicate
    }

    /// Events with this data, such as `[DONE]`.
    public static func data(_ data: String) -> EventPattern { EventPattern { $0.data == data } }

    /// Events of this type, such as `error`.
    public static func type(_ type: ServerSentEvent.EventType) -> EventPattern { EventPattern { $0.type == type } }

    /// Events of these types.
    public static func types(_ types: ServerSentEvent.EventType...) -> EventPattern {
        let types = Set(types)
        return EventPattern { types.contains($0.type) }
    }

    /// Whether an event is meant.
    public func matches(_ event: ServerSentEvent) -> Bool { self.predicate(event) }
}
