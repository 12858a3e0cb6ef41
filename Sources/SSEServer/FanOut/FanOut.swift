public import CoreMetrics
package import NIOCore
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

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        /// The number of shards that there are, or soon will be.
        var shardCount = 0
        /// How streams end, once they do.
        var drainPlan: DrainPlan?
    }

    private let state = Mutex(State())
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
    ///   - channel: The channel. It belongs to the stream from now on.
    ///   - admission: The client's place.
    ///   - place: Where in the pipeline the stream goes.
    ///   - promise: Is fulfilled when the stream is over.
    ///   - report: Is told then how many bytes of events have been sent, and why it is over.
    package func attach(
        _ channel: any Channel,
        _ admission: Admission,
        at place: StreamPlace,
        promise: EventLoopPromise<Void>? = nil,
        report: ((Int, StreamEndReason) -> Void)? = nil
    ) throws -> ServedStream {
        guard channel.isActive else { throw ChannelError.alreadyClosed }
        precondition(admission.use(), "An admission is for one stream.")
        let shard = self.shard(on: channel.eventLoop)
        let observer = StreamEndObserver(report: report, promise: promise)
        return ServedStream(shard, try shard.attach(channel, admission, at: place, onEnd: observer))
    }

    /// The shard of the event loop that this is called on.
    private func shard(on eventLoop: any EventLoop) -> Shard {
        let id = ObjectIdentifier(eventLoop)
        let (entry, number) = self.state.withLock { state in
            let entry = state.entries[id]
            defer { if entry == nil { state.shardCount += 1 } }
            return (entry, state.shardCount)
        }
        if let entry { return entry.shard.value }
        let bound = NIOLoopBoundBox<Shard?>(nil, eventLoop: eventLoop)
        let follower = self.isDraining ? nil : self.addFollower(waking: bound)
        let shard = Shard(
            eventLoop,
            self.broker,
            self.configuration,
            self.places,
            ShardMetrics(self.metrics, loop: number),
            at: follower?.position ?? self.broker.store.position
        )
        bound.value = shard
        let made = Entry(
            shard: NIOLoopBound(shard, eventLoop: eventLoop),
            eventLoop: eventLoop,
            followerID: follower?.id
        )
        let drainPlan = self.state.withLock { state in
            state.entries[id] = made
            return state.drainPlan
        }
        // For a stream whose head was on its way when the end came: it gets the same end, at once.
        if let drainPlan { shard.drain(drainPlan) }
        return shard
    }

    /// Has a shard told of what comes to the log. Before there is a shard, so that it begins where that begins; and not
    /// at the end, which event loops may not outlive.
    private func addFollower(waking bound: NIOLoopBoundBox<Shard?>) -> (id: UInt64, position: EventPosition) {
        let isWoken = AtomicFlag()
        return self.broker.store.addFollower {
            // One task on the event loop, however many events come before it runs.
            guard isWoken.set() else { return }
            bound.eventLoop.execute {
                isWoken.clear()
                bound.value?.logHasGrown()
            }
        }
    }

    /// A Boolean value that indicates whether streams end, and no more begin.
    package var isDraining: Bool { self.state.withLock { $0.drainPlan != nil } }

    /// Ends all streams, and accepts no more. Clients that are behind still get what is in the log, and those that have
    /// been admitted before and whose stream has still to begin get its end.
    ///
    /// - Parameters:
    ///   - window: The time over which they end, so that clients do not all come back at once.
    ///   - retry: Times after which clients are asked to come back, one of which is picked at random for each; `nil` to
    ///     leave that to them.
    ///   - timeout: When connections are closed that have not taken their end.
    public func drain(over window: Duration, retry: ClosedRange<Duration>? = nil, timeout: Duration) async {
        let plan = DrainPlan(window: window, retry: retry)
        let entries = self.state.withLock { state in
            state.drainPlan = plan
            return Array(state.entries.values)
        }
        for entry in entries { entry.eventLoop.execute { entry.shard.value.drain(plan) } }
        await self.waitForEnds(timeout)
        // Event loops may be shut down now, while the broker goes on.
        self.removeFollowers()
    }

    private func removeFollowers() {
        for id in self.state.withLock({ $0.entries.values.compactMap(\.followerID) }) {
            self.broker.store.removeFollower(id)
        }
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
        let ends = self.state.withLock { Array($0.entries.values) }.map { entry in
            entry.eventLoop.flatSubmit { entry.shard.value.cutAll() }
        }
        for end in ends { try? await end.get() }
    }
}
