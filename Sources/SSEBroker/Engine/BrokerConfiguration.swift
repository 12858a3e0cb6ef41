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

@available(SwiftSSE 1.0, *)
extension BrokerLimits {
    /// Checks an event before it goes to the engine.
    func check(_ publication: Publication) throws(BrokerError) {
        guard !publication.topics.isEmpty else {
            throw BrokerError(code: .noTopics, message: "An event needs a topic.")
        }
        guard publication.topics.count <= self.topicsPerEvent else {
            throw BrokerError(
                code: .tooManyTopics,
                message: "An event has at most \(self.topicsPerEvent) topics, not \(publication.topics.count)."
            )
        }
        let byteCount = publication.event.withBytes { $0.count }
        guard byteCount <= self.eventBytes else {
            throw BrokerError(
                code: .eventTooLarge,
                message: "An event has at most \(self.eventBytes) bytes of data, not \(byteCount)."
            )
        }
        if let key = publication.idempotencyKey, key.utf8.count > self.idBytes {
            throw BrokerError(
                code: .invalidID,
                message: "An idempotency key has at most \(self.idBytes) bytes, not \(key.utf8.count)."
            )
        }
        if let id = publication.event.id { try self.check(id: id.rawValue) }
    }

    /// Checks what somebody wants to subscribe to.
    func check(_ selection: TopicSelection) throws(BrokerError) {
        guard selection.wanted.selectorCount > 0 else {
            throw BrokerError(code: .noTopics, message: "A subscription needs a topic.")
        }
        guard selection.wanted.selectorCount <= self.topicsPerSubscription else {
            throw BrokerError(
                code: .tooManyTopics,
                message:
                    "A subscription has at most \(self.topicsPerSubscription) topics, not \(selection.wanted.selectorCount)."
            )
        }
    }

    private func check(id: String) throws(BrokerError) {
        guard !id.isEmpty, id != "earliest", id.utf8.first != UInt8(ascii: "#") else {
            throw BrokerError(
                code: .invalidID,
                message: "An event's id cannot be empty, cannot be `earliest` and cannot begin with `#`."
            )
        }
        guard id.utf8.count <= self.idBytes else {
            throw BrokerError(
                code: .invalidID,
                message: "An event's id has at most \(self.idBytes) bytes, not \(id.utf8.count)."
            )
        }
        guard !id.unicodeScalars.contains(where: \.isControlOrFormat) else {
            throw BrokerError(code: .invalidID, message: "An event's id cannot hold control or format characters.")
        }
    }
}
