/// How much a log keeps. Whichever bound is reached first makes the oldest events go.
@available(SwiftSSE 1.0, *)
public struct Retention: Sendable, Hashable {
    /// The most events, at least 1. The newest event is always kept.
    public var events: Int

    /// The most bytes that the log takes, of all that is kept.
    ///
    /// In memory that is each event's data, type and id as they are sent, its list of topics, its place in the log and its
    /// places in the indexes by topic and by id. The text of a topic, or of an id that a publisher chose, is held once however
    /// many events in the log have it, and counts once. Each piece counts with what the allocator adds to it; so this
    /// bounds the memory itself, but for what the allocator loses between the pieces. Only an event that is larger than the
    /// bound goes beyond it, alone.
    ///
    /// An engine that keeps events elsewhere counts what they take there: see its documentation. The metric
    /// `sse_broker_log_bytes` is counted in the same way, of the log in this process's memory.
    public var bytes: Int

    /// The oldest age, `nil` to keep events however old they are.
    public var age: Duration?

    /// 100,000 events, 64 MiB, an hour.
    public static let defaults = Retention(events: 100_000, bytes: 64 * 1024 * 1024, age: .seconds(3600))

    /// Makes a retention.
    ///
    /// - Parameters:
    ///   - events: The most events; less than 1 counts as 1.
    ///   - bytes: The most bytes that the log takes; what counts is said at ``bytes``.
    ///   - age: The oldest age.
    public init(
        events: Int = Retention.defaults.events,
        bytes: Int = Retention.defaults.bytes,
        age: Duration? = Retention.defaults.age
    ) {
        self.events = max(1, events)
        self.bytes = bytes
        self.age = age
    }
}
