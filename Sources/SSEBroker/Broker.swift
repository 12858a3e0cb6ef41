public import CoreMetrics
public import ServerSentEvents
public import ServiceLifecycle
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
public final class Broker: Service, Sendable {
    /// The broker's settings.
    public let configuration: BrokerConfiguration

    private let engine: any BrokerEngine
    /// The engine's own log, if that is in memory; else a copy of its newest part.
    package let store: LogStore
    /// The engine, if it appends without waiting.
    private let memoryEngine: MemoryEngine?
    private let time: TimeSource
    private let metrics: BrokerMetrics
    private let subscriptions = SubscriptionCount()

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
        self.time = time
        self.metrics = BrokerMetrics(metrics)
    }

    /// Makes a broker on an engine, and reads the newest part of the engine's log, as much as the retention covers.
    ///
    /// - Parameters:
    ///   - engine: Where the events are kept. ``run()`` has to be running for its events to arrive.
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
        } else {
            self.store = try await Self.copyLog(of: engine, configuration, self.time)
        }
    }

    private static func copyLog(
        of engine: some BrokerEngine,
        _ configuration: BrokerConfiguration,
        _ time: TimeSource
    ) async throws(BrokerError) -> LogStore {
        let bounds = try await engine.bounds()
        let kept = UInt64(configuration.retention.events)
        var cursor = max(max(bounds.first, 1) - 1, bounds.last > kept ? bounds.last - kept : 0)
        let store = LogStore(
            log: EventLog(epoch: bounds.epoch, nextSequence: cursor + 1, retention: configuration.retention),
            window: IdempotencyWindow(span: .zero, limit: 1),
            time: time
        )
        while cursor < bounds.last {
            let slice = try await engine.read(after: cursor, .everything, limit: 1000)
            try store.append(contentsOf: slice.records)
            cursor = slice.cursor
        }
        return store
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
    ///   ``BrokerError/Code/invalidEvent``, ``BrokerError/Code/closed``, ``BrokerError/Code/engineFailed``.
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
            self.metrics.countPublished(isDuplicate: receipt.isDuplicate)
            return receipt
        } catch {
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

    // MARK: Subscribing

    /// Subscribes for as long as a closure runs.
    ///
    /// - Parameters:
    ///   - selection: Which events are wanted.
    ///   - point: Where to begin.
    ///   - body: Reads the events.
    /// - Returns: What the closure returns.
    /// - Throws: What the closure throws; ``BrokerError`` with one of the codes ``BrokerError/Code/noTopics``,
    ///   ``BrokerError/Code/tooManyTopics``, ``BrokerError/Code/tooManySubscriptions``,
    ///   ``BrokerError/Code/resumeRefused``, ``BrokerError/Code/closed``.
    public func withSubscription<Result>(
        to selection: TopicSelection,
        from point: ResumePoint = .latest,
        _ body: (BrokerSubscription) async throws -> Result
    ) async throws -> Result {
        try await self.withSubscription(to: selection, at: try self.admit(selection, from: point), body)
    }

    /// Subscribes somebody who has been counted in by ``admit(_:from:)``, and counts it out.
    package func withSubscription<Result>(
        to selection: TopicSelection,
        at cursor: ResumedCursor,
        _ body: (BrokerSubscription) async throws -> Result
    ) async throws -> Result {
        let lifetime = SubscriptionLifetime(self.subscriptions)
        defer {
            lifetime.end()
            self.release()
        }
        return try await body(
            BrokerSubscription(
                outcome: cursor.outcome,
                cursor: cursor.sequence,
                selection: selection,
                overrunPolicy: self.configuration.overrunPolicy,
                store: self.store,
                lifetime: lifetime,
                countGap: { [metrics] in metrics.countGap($0) }
            )
        )
    }

    /// Counts a new subscriber in, and finds where it begins. ``release()`` counts it out.
    package func admit(_ selection: TopicSelection, from point: ResumePoint) throws(BrokerError) -> ResumedCursor {
        let limits = self.configuration.limits
        guard selection.wanted.selectorCount > 0 else {
            throw BrokerError(code: .noTopics, message: "A subscription needs a topic.")
        }
        guard selection.wanted.selectorCount <= limits.topicsPerSubscription else {
            throw BrokerError(
                code: .tooManyTopics,
                message:
                    "A subscription has at most \(limits.topicsPerSubscription) topics, not \(selection.wanted.selectorCount)."
            )
        }
        guard !self.store.isClosed else { throw .closed }
        guard let count = self.subscriptions.increment(limit: limits.subscriptions) else {
            throw BrokerError(
                code: .tooManySubscriptions,
                message: "There are \(limits.subscriptions) subscriptions, and no more are accepted."
            )
        }
        do throws(BrokerError) {
            let cursor = try self.store.resume(
                from: point,
                for: selection,
                policy: self.configuration.resumePolicy
            )
            self.metrics.setSubscriptions(count)
            if case .gap(let reason) = cursor.outcome { self.metrics.countGap(reason) }
            return cursor
        } catch {
            self.subscriptions.decrement()
            if let reason = error.cause as? GapReason { self.metrics.countGap(reason) }
            throw error
        }
    }

    /// Counts a subscriber out.
    package func release() {
        self.metrics.setSubscriptions(self.subscriptions.decrement())
    }

    /// Counts events that a subscriber has missed because it was too slow.
    package func countOverrun() { self.metrics.countGap(.overrun) }

    // MARK: State

    /// How many subscribers there are.
    public var subscriptionCount: Int { self.subscriptions.current }

    /// What the log holds.
    public var bounds: LogBounds { self.store.bounds }

    /// How the engine is.
    public func health() async -> EngineHealth { await self.engine.health() }

    // MARK: Life

    /// Follows the engine and lets events age, until the task is cancelled or a graceful shutdown begins. The shutdown
    /// refuses more events and waits up to ``BrokerConfiguration/drainTimeout`` for subscribers to read what there is.
    ///
    /// - Throws: ``BrokerError`` if the engine fails; `CancellationError`.
    public func run() async throws {
        defer { self.store.close() }
        do {
            try await cancelWhenGracefulShutdown {
                try await withThrowingDiscardingTaskGroup { group in
                    group.addTask { try await self.follow() }
                    group.addTask { try await self.age() }
                }
            }
        } catch let error as CancellationError {
            guard Task.isShuttingDownGracefully else { throw error }
            await self.drain()
        }
    }

    /// Keeps the copy of an engine's log up to date.
    private func follow() async throws {
        guard self.memoryEngine == nil else { return }
        try await self.engine.follow(after: self.store.bounds.last) { records throws(BrokerError) in
            try self.store.append(contentsOf: records)
        }
    }

    private func age() async throws {
        while true {
            self.metrics.setLogSize(self.store.size)
            try await self.time.sleep(for: .seconds(1))
            self.store.removeExpired()
        }
    }

    private func drain() async {
        self.store.close()
        await withTaskGroup { group in
            group.addTask { await self.subscriptions.waitUntilNone() }
            group.addTask { try? await self.time.sleep(for: self.configuration.drainTimeout) }
            await group.next()
            group.cancelAll()
        }
        self.subscriptions.endAll()
    }
}
