/// The settings of a broker.
@available(SwiftSSE 1.0, *)
public struct BrokerConfiguration: Sendable, Hashable {
    /// How much is kept.
    public var retention = Retention.defaults

    /// What is accepted at most.
    public var limits = BrokerLimits.defaults

    /// What becomes of a subscriber that cannot go on where it was. ``ResumePolicy/startLive`` by default.
    public var resumePolicy = ResumePolicy.startLive

    /// What becomes of a subscriber within the process that is too slow. ``OverrunPolicy/gap`` by default.
    public var overrunPolicy = OverrunPolicy.gap

    /// How long a key of ``Publication/idempotencyKey`` is remembered. 2 minutes by default.
    public var idempotencyWindow = Duration.seconds(120)

    /// The most keys that are remembered. 100,000 by default.
    public var idempotencyKeys = 100_000

    /// How long a graceful shutdown waits for subscribers to read what is in the log. 5 seconds by default.
    public var drainTimeout = Duration.seconds(5)

    /// How many things are asked of an engine at a time: whatever the broker's copy of the engine's log does not have. 8
    /// by default. Without effect on a broker in memory.
    public var engineReads = 8

    /// How long an engine may take to answer before whoever waits for it is refused. 5 seconds by default.
    public var engineTimeout = Duration.seconds(5)

    /// The settings as they are by default.
    public static let defaults = BrokerConfiguration()

    /// Makes the default settings.
    public init() {}
}
