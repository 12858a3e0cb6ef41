internal import NIOCore
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

    /// Makes a fan-out without subscribers.
    ///
    /// - Parameters:
    ///   - broker: Where the events come from.
    ///   - configuration: The settings.
    public init(_ broker: Broker, configuration: FanOutConfiguration = .defaults) {
        self.broker = broker
        self.configuration = configuration
    }

    deinit {
        for entry in self.entries.withLock({ $0.values }) { self.broker.store.removeFollower(entry.followerID) }
    }

    /// Gives a client a place, or says why it gets none. That is before the response's head is written.
    ///
    /// - Parameters:
    ///   - selection: Which events the client wants.
    ///   - point: Where it wants to begin.
    package func admit(_ selection: TopicSelection, from point: ResumePoint) throws(BrokerError) -> Admission {
        try Admission(self.broker, selection, from: point)
    }

    /// Serves a client, on its channel's event loop, once the response's head has been written.
    ///
    /// - Parameters:
    ///   - channel: The channel. It belongs to the subscriber from now on and is closed when the stream ends.
    ///   - admission: The client's place.
    ///   - framing: Whether events are sent as chunks.
    ///   - isDirect: Whether nothing stands between the handler's place and the socket.
    ///   - position: The handler's place: next to the socket, or to TLS.
    ///   - onEnd: Is fulfilled when the stream is over.
    func attach(
        _ channel: any Channel,
        _ admission: Admission,
        framing: FrameBatch.Framing,
        isDirect: Bool,
        at position: ChannelPipeline.SynchronousOperations.Position = .last,
        onEnd: EventLoopPromise<Void>? = nil
    ) throws {
        admission.use()
        let shard = self.shard(on: channel.eventLoop)
        let subscriber = shard.makeSubscriber(
            channel,
            admission.selection,
            admission.cursor,
            framing: framing,
            isDirect: isDirect,
            onEnd: onEnd
        )
        do {
            try channel.pipeline.syncOperations.addHandler(subscriber, position: position)
        } catch {
            shard.remove(subscriber)
            throw error
        }
    }

    /// The shard of the event loop that this is called on.
    private func shard(on eventLoop: any EventLoop) -> Shard {
        let id = ObjectIdentifier(eventLoop)
        if let entry = self.entries.withLock({ $0[id] }) { return entry.shard.value }
        let shard = Shard(eventLoop, self.broker, self.configuration)
        let bound = NIOLoopBound(shard, eventLoop: eventLoop)
        let isWoken = Flag()
        let followerID = self.broker.store.addFollower {
            // One task on the event loop, however many events come before it runs.
            guard isWoken.set() else { return }
            eventLoop.execute {
                isWoken.clear()
                bound.value.logHasGrown()
            }
        }
        self.entries.withLock { $0[id] = Entry(shard: bound, eventLoop: eventLoop, followerID: followerID) }
        return shard
    }

    /// Ends all streams.
    ///
    /// - Parameters:
    ///   - window: The time over which they end, so that clients do not all come back at once.
    ///   - retry: Times after which clients are asked to come back, one of which is picked at random for each; `nil` to
    ///     leave that to them.
    ///   - timeout: When connections are closed that have not taken their end.
    public func drain(over window: Duration, retry: ClosedRange<Duration>? = nil, timeout: Duration) async {
        let entries = self.entries.withLock { Array($0.values) }
        await withTaskGroup { group in
            for entry in entries {
                group.addTask {
                    let isDone = entry.eventLoop.makePromise(of: Void.self)
                    let plan = DrainPlan(window: window, retry: retry, isDone: isDone)
                    entry.eventLoop.execute { entry.shard.value.drain(plan) }
                    let deadline = entry.eventLoop.scheduleTask(in: TimeAmount(timeout)) { entry.shard.value.cutAll() }
                    try? await isDone.futureResult.get()
                    deadline.cancel()
                }
            }
        }
    }
}
