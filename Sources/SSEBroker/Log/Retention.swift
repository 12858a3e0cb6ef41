/// How much a log keeps. Whichever bound is reached first makes the oldest events go.
@available(SwiftSSE 1.0, *)
public struct Retention: Sendable, Hashable {
    /// The most events, at least 1. The newest event is always kept.
    public var events: Int

    /// The most bytes of encoded events.
    public var bytes: Int

    /// The oldest age, `nil` to keep events however old they are.
    public var age: Duration?

    /// 100,000 events, 64 MiB, an hour.
    public static let defaults = Retention(events: 100_000, bytes: 64 * 1024 * 1024, age: .seconds(3600))

    /// Makes a retention.
    ///
    /// - Parameters:
    ///   - events: The most events; less than 1 counts as 1.
    ///   - bytes: The most bytes of encoded events.
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
