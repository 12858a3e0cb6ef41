public import CoreMetrics
public import ServerSentEvents
internal import Synchronization

/// Takes events in and hands them out: the one log of a process, with its publishers and subscribers.
///
/// A subscriber is a cursor into the log and not a queue: a slow one costs nothing, and one that comes back with a last
/// event ID goes on exactly where it was, for as long as the log keeps what follows.
///
/// ```swift
/// let broker = Broker()
/// try await broker.publish(ServerSentEvent(data: "It rains."), to: "weather")
///
/// try await broker.withSubscription(to: TopicSelection("weather"), from: .earliest) { items in
///     for try await case .event(let record) in items {
///         print(record.id, record.event.data)
///     }
/// }
/// ```
///
/// Add it to a `ServiceGroup`, so that events age while nothing is published, and a graceful shutdown lets subscribers
/// read to the end.
@available(SwiftSSE 1.0, *)
public final class Broker: Sendable {
    /// The broker's settings.
    public let configuration: BrokerConfiguration

    private let engine: any BrokerEngine
    /// The engine's own log, if that is in memory; else a copy of its newest part.
    package let store: LogStore
    /// What keeps the copy and knows the way to the rest; `nil` if the store is all there is.
    package let mirror: EngineMirror?
    /// The engine, if it appends without waiting.
    private let memoryEngine: MemoryEngine?
    let time: TimeSource
    let metrics: BrokerMetrics
    let subscriptions = SubscriptionCount()
    private let publishWatch = PublishWatch()
    let hasBeenRun = Atomic(false)

    /// Makes a broker that keeps its events in memory.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - clock: What measures ages and deadlines.
    ///   - metrics: Where to count: events published, duplicates, refusals and gaps by reason, subscriptions, and,
    ///     while ``run()`` runs, what the log holds.
    public init(
        configuration: BrokerConfiguration = .defaults,
        clock: some Clock<Duration> = ContinuousClock(),
        metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        let time = TimeSource(clock)
        let engine = MemoryEngine(configuration: configuration, time: time)
        self.configuration = configuration
        self.engine = engine
        self.memoryEngine = engine
        self.store = engine.store
        self.mirror = nil
        self.time = time
        self.metrics = BrokerMetrics(metrics)
    }

    /// Makes a broker on an engine, and reads the newest part of the engine's log, as much as the retention covers.
    ///
    /// Subscribers who want older events get them from the engine.
    ///
    /// - Parameters:
    ///   - engine: Where the events are kept. ``run()`` has to be running for its events to arrive, and for older ones to
    ///     be read.
    ///   - configuration: The settings. The retention is that of this broker's copy.
    ///   - clock: What measures ages and deadlines.
    ///   - metrics: Where to count.
    /// - Throws: ``BrokerError`` if the engine fails.
    public init(
        engine: some BrokerEngine,
        configuration: BrokerConfiguration = .defaults,
        clock: some Clock<Duration> = ContinuousClock(),
        metrics: any MetricsFactory = MetricsSystem.factory
    ) async throws(BrokerError) {
        self.configuration = configuration
        self.engine = engine
        self.time = TimeSource(clock)
        self.metrics = BrokerMetrics(metrics)
        self.memoryEngine = engine as? MemoryEngine
        if let memoryEngine {
            self.store = memoryEngine.store
            self.mirror = nil
        } else {
            let mirror = try await EngineMirror(of: engine, configuration, self.time)
            self.store = mirror.store
            self.mirror = mirror
        }
    }

    // MARK: Publishing

    /// Publishes an event, and returns when it is in the log.
    ///
    /// - Parameters:
    ///   - event: The event. Without an id it gets its position as one.
    ///   - topics: What it is about; the first is canonical.
    ///   - idempotencyKey: Publishing with the same key again within ``BrokerConfiguration/idempotencyWindow`` adds
    ///     nothing.
    /// - Returns: Where the event stands, and its id.
    /// - Throws: ``BrokerError`` with one of the codes ``BrokerError/Code/noTopics``,
    ///   ``BrokerError/Code/tooManyTopics``, ``BrokerError/Code/eventTooLarge``, ``BrokerError/Code/invalidID``,
    ///   ``BrokerError/Code/invalidEvent``, ``BrokerError/Code/closed``; and if the engine fails
    ///   ``BrokerError/Code/engineUnavailable``, ``BrokerError/Code/storageFull``, ``BrokerError/Code/engineFailed``.
    @discardableResult
    public func publish(
        _ event: ServerSentEvent,
        to topics: Topic...,
        idempotencyKey: String? = nil
    ) async throws(BrokerError) -> PublishReceipt {
        try await self.publish(Publication(event, topics: topics, idempotencyKey: idempotencyKey))
    }

    /// Publishes an event, and returns when it is in the log.
    ///
    /// - Parameter publication: The event, its topics and its key.
    /// - Returns: Where the event stands, and its id.
    /// - Throws: ``BrokerError``, as ``publish(_:to:idempotencyKey:)`` does.
    @discardableResult
    public func publish(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        do throws(BrokerError) {
            try self.configuration.limits.check(publication)
            if self.store.isClosed { throw .closed }
            let receipt = try await self.engine.append(publication)
            // A duplicate has not been written.
            if !receipt.isDuplicate { self.publishWatch.succeeded() }
            self.metrics.countPublished(isDuplicate: receipt.isDuplicate)
            return receipt
        } catch {
            self.publishWatch.failed(error, at: self.time.now)
            self.metrics.countRefused(error.code)
            throw error
        }
    }

    /// Publishes an event without waiting, if the engine can do that.
    ///
    /// For those who are on an event loop and would else pay for a task.
    ///
    /// - Returns: `nil` if the engine has to be waited for.
    package func publishImmediately(_ publication: Publication) throws(BrokerError) -> PublishReceipt? {
        guard let memoryEngine else { return nil }
        do throws(BrokerError) {
            try self.configuration.limits.check(publication)
            let receipt = try memoryEngine.append(publication)
            self.metrics.countPublished(isDuplicate: receipt.isDuplicate)
            return receipt
        } catch {
            self.metrics.countRefused(error.code)
            throw error
        }
    }

    // MARK: State

    /// How many subscribers there are.
    public var subscriptionCount: Int { self.subscriptions.current }

    /// What the log holds; of the log of an engine of your own, what this broker has a copy of.
    public var bounds: LogBounds { self.store.bounds }

    /// The health of the engine: that it is well, that its events come, and that it takes events.
    ///
    /// An event that could not be stored makes it ``EngineHealth/unavailable(_:)`` at once, until the engine has found out
    /// that it is well again; if it does not (``BrokerEngine/noticesRecovery``), until another event has been stored, or
    /// nobody has tried for half a minute.
    public func health() async -> EngineHealth {
        let own = await self.engine.health()
        let health = self.mirror?.health(own) ?? own
        if case .unavailable = health { return health }
        if self.engine.noticesRecovery { return health }
        return self.publishWatch.failure(at: self.time.now).map(EngineHealth.unavailable) ?? health
    }
}
