/// How an engine is.
@available(SwiftSSE 1.0, *)
public enum EngineHealth: Sendable, Hashable {
    /// Events are appended and delivered.
    case healthy

    /// Events are delivered late, or appended slowly, for the reason given in one line.
    case degraded(String)

    /// Events are not appended or not delivered, for the reason given in one line.
    case unavailable(String)
}
