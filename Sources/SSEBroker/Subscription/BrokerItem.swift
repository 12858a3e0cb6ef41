/// What a subscriber gets.
@available(SwiftSSE 1.0, *)
public enum BrokerItem: Sendable {
    /// An event.
    case event(LogRecord)

    /// Events are missing here, or may be.
    case gap(GapReason)
}
