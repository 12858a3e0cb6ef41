public import CoreMetrics
internal import NIOCore
internal import NIOPosix
public import SSEBroker
internal import Synchronization

/// Carries a broker's events to any number of HTTP connections, at little more than the cost of the system calls.
///
/// Each event loop has one follower of the log, which writes what has come to all its connections: an event is encoded
/// once, and a connection costs a cursor.
///
/// ```swift
/// let fanOut = FanOut(broker)
/// ```
///
/// Give it to whatever answers requests: the hub's server, or a route of Hummingbird.
@available(SwiftSSE 1.0, *)
public final class FanOut: Sendable {
    /// Where the events come from.
    public let broker: Broker

    /// The settings.
    public let configuration: FanOutConfiguration

    private struct Entry {
        let shard: NIOLoopBound<Shard>
        let eventLoop: any EventLoop
        let followerID: UInt64
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])
    let isDraining = Flag()
    let places = PlaceCount()
    private let metrics: FanOutMetrics

    /// Makes a fan-out without subscribers.
    ///
    /// - Parameters:
    ///   - broker: Where the events come from.
    ///   - configuration: The settings.
    ///   - metrics: Where to count: subscribers, deliveries, bytes, ends by reason, and how long it all takes. Each event
    ///     loop tells once a second what it has counted.
    public init(
        _ broker: Broker,
        configuration: FanOutConfiguration = .defaults,
        metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        self.broker = broker
        self.configuration = configuration
        self.metrics = FanOutMetrics(metrics)
    }

    deinit {
        for entry in self.entries.withLock({ $0.values }) { self.broker.store.removeFollower(entry.followerID) }
    }

    /// Serves a client, on its channel's event loop, once the response's head has been written.
    ///
    /// - Parameters:
    ///   - channel: The channel. It belongs to the subscriber from now on.
    ///   - admission: The client's place.
    ///   - place: Where in the pipeline the subscriber goes.
    ///   - onEnd: Is fulfilled when the stream is over.
    @discardableResult
    func attach(
        _ channel: any Channel,
        _ admission: Admission,
        at place: StreamPlace,
        onEnd: EventLoopPromise<Void>? = nil
    ) throws -> Subscriber {
        guard channel.isActive else { throw ChannelError.alreadyClosed }
        precondition(admission.use(), "An admission is for one stream.")
        let shard = self.shard(on: channel.eventLoop)
        let subscriber = shard.makeSubscriber(
            channel,
            admission,
            framing: place.framing,
            outlet: place.outlet,
            onEnd: onEnd
        )
        do {
            try channel.pipeline.syncOperations.addHandler(subscriber, position: place.position)
        } catch {
            shard.remove(subscriber)
            throw error
        }
        return subscriber
    }

    /// The shard of the event loop that this is called on.
    private func shard(on eventLoop: any EventLoop) -> Shard {
        let id = ObjectIdentifier(eventLoop)
        if let entry = self.entries.withLock({ $0[id] }) { return entry.shard.value }
        let metrics = ShardMetrics(self.metrics, loop: self.entries.withLock { $0.count })
        guard !self.isDraining.isSet else {
            // For a stream whose head was on its way when the end came.
            let shard = Shard(eventLoop, self, at: self.broker.store.position, metrics)
            shard.drain(.atOnce)
            return shard
        }
        let bound = NIOLoopBoundBox<Shard?>(nil, eventLoop: eventLoop)
        let isWoken = Flag()
        // Before there is a shard, so that it begins where the calls do.
        let follower = self.broker.store.addFollower {
            // One task on the event loop, however many events come before it runs.
            guard isWoken.set() else { return }
            eventLoop.execute {
                isWoken.clear()
                bound.value?.logHasGrown()
            }
        }
        let shard = Shard(eventLoop, self, at: follower.position, metrics)
        bound.value = shard
        let entry = Entry(
            shard: NIOLoopBound(shard, eventLoop: eventLoop),
            eventLoop: eventLoop,
            followerID: follower.id
        )
        self.entries.withLock { $0[id] = entry }
        // Made while the end began, which may not know of it.
        if self.isDraining.isSet { shard.drain(.atOnce) }
        return shard
    }

    /// Ends all streams, and accepts no more. Clients that are behind still get what is in the log, and those that have
    /// been admitted before and whose stream has still to begin get its end.
    ///
    /// - Parameters:
    ///   - window: The time over which they end, so that clients do not all come back at once.
    ///   - retry: Times after which clients are asked to come back, one of which is picked at random for each; `nil` to
    ///     leave that to them.
    ///   - timeout: When connections are closed that have not taken their end.
    public func drain(over window: Duration, retry: ClosedRange<Duration>? = nil, timeout: Duration) async {
        _ = self.isDraining.set()
        let plan = DrainPlan(window: window, retry: retry)
        for entry in self.entries.withLock({ Array($0.values) }) {
            entry.eventLoop.execute { entry.shard.value.drain(plan) }
        }
        await self.waitForEnds(timeout)
        // Event loops may be shut down now, while the broker goes on.
        for entry in self.entries.withLock({ $0.values }) { self.broker.store.removeFollower(entry.followerID) }
    }

    /// Waits until all streams are over, and closes the connections of those that are not so in time.
    ///
    /// The end is in order also for a task that has been cancelled, so nothing here looks at that.
    private func waitForEnds(_ timeout: Duration) async {
        let eventLoop =
            self.entries.withLock { $0.values.first?.eventLoop } ?? MultiThreadedEventLoopGroup.singleton.any()
        let isOver = eventLoop.makePromise(of: Bool.self)
        let deadline = eventLoop.scheduleTask(in: TimeAmount(timeout)) { isOver.succeed(false) }
        self.places.notify(isOver)
        defer { deadline.cancel() }
        if (try? await isOver.futureResult.get()) == true { return }
        for entry in self.entries.withLock({ Array($0.values) }) {
            try? await entry.eventLoop.flatSubmit { entry.shard.value.cutAll() }.get()
        }
    }
}
