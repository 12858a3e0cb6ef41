/// What a broker accepts at most.
@available(SwiftSSE 1.0, *)
public struct BrokerLimits: Sendable, Hashable {
    /// The most bytes of one event's data. 1 MiB by default.
    public var eventBytes = 1024 * 1024

    /// The most bytes of an id that a publisher chooses, and of an idempotency key. 256 by default.
    public var idBytes = 256

    /// The most topics of one event. 100 by default.
    public var topicsPerEvent = 100

    /// The most selectors of one subscription. 100 by default.
    public var topicsPerSubscription = 100

    /// The most subscriptions at a time. 100,000 by default.
    public var subscriptions = 100_000

    /// The most URI templates of all subscriptions together. 50,000 by default.
    ///
    /// Each of them may have to be compared with each topic that is published to. One that has several variables counts
    /// once for each of them, since that is what comparing costs. Subscriptions that select the same count once.
    public var templates = 50_000

    /// The most bytes of the selectors of all subscriptions together, for each of which 360 more count. 64 MiB by default.
    ///
    /// This is what their text takes in memory, and what it takes to let go of it when all subscribers leave at once: less
    /// than half a second at the default. Subscriptions that select the same count once, and those of up to 1,024 bytes,
    /// counted in this way, do not: their number is bounded by ``subscriptions``.
    public var selectorBytes = 64 * 1024 * 1024

    /// The limits as they are by default.
    public static let defaults = BrokerLimits()

    /// Makes the default limits.
    public init() {}
}
