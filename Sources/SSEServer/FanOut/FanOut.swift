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
        let followerID: UInt64?
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
        self.removeFollowers()
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
        let bound = NIOLoopBoundBox<Shard?>(nil, eventLoop: eventLoop)
        let isWoken = Flag()
        // Before there is a shard, so that it begins where the calls do. None at the end, which event loops may not outlive.
        let follower =
            self.isDraining.isSet
            ? nil
            : self.broker.store.addFollower {
                // One task on the event loop, however many events come before it runs.
                guard isWoken.set() else { return }
                eventLoop.execute {
                    isWoken.clear()
                    bound.value?.logHasGrown()
                }
            }
        let shard = Shard(eventLoop, self, at: follower?.position ?? self.broker.store.position, metrics)
        bound.value = shard
        let entry = Entry(
            shard: NIOLoopBound(shard, eventLoop: eventLoop),
            eventLoop: eventLoop,
            followerID: follower?.id
        )
        self.entries.withLock { $0[id] = entry }
        // For a stream whose head was on its way when the end came, which does not know of this shard.
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
        self.removeFollowers()
    }

    private func removeFollowers() {
        for id in self.entries.withLock({ $0.values.compactMap(\.followerID) }) { self.broker.store.removeFollower(id) }
    }

    /// Waits until all streams are over, and closes the connections of those that are not so in time.
    ///
    /// The end is in order also for a task that has been cancelled, so nothing here looks at that.
    private func waitForEnds(_ timeout: Duration) async {
        // An event loop that outlives all others, since somebody may give back a place after the time.
        let eventLoop = MultiThreadedEventLoopGroup.singleton.any()
        let isOver = eventLoop.makePromise(of: Bool.self)
        let deadline = eventLoop.scheduleTask(in: TimeAmount(timeout)) { isOver.succeed(false) }
        self.places.notify(isOver)
        defer { deadline.cancel() }
        if (try? await isOver.futureResult.get()) == true { return }
        let ends = self.entries.withLock { Array($0.values) }.map { entry in
            entry.eventLoop.flatSubmit { entry.shard.value.cutAll() }
        }
        for end in ends { try? await end.get() }
    }
}
