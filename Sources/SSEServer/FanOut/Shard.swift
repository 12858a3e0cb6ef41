internal import DequeModule
internal import NIOCore
internal import SSEBroker

/// Carries a broker's log to the subscribers of one event loop.
///
/// Works in rounds: reads what has come to the log since the last one, sorts it into the groups that want it, and walks
/// over their members, who all get the same bytes. However many events came meanwhile, it is one round. The walk is cut
/// into slices, between which the event loop looks after its other work. Whoever cannot take what is sent leaves its
/// group with a cursor, and comes back when it has read the log up to where the others are.
///
/// Everything here happens on the event loop; nothing is locked but the log.
@available(SwiftSSE 1.0, *)
final class Shard {
    /// The most bytes that a round carries, so that buffers stay small.
    private static let roundBytes = 256 * 1024
    /// The most events that are read at a time.
    static let sliceOfLog = 1024
    /// Long enough that the event loop polls its sockets first, which it does not do for work that is due at once.
    static let breath = TimeAmount.microseconds(20)
    /// The longest pause after a round.
    private static let longestPause = TimeAmount.milliseconds(1)

    let eventLoop: any EventLoop
    let broker: Broker
    let configuration: FanOutConfiguration
    let store: LogStore
    let places: PlaceCount
    let routine: Routine
    var metrics: ShardMetrics

    private var groups = GroupTable()
    private(set) var subscribers: ContiguousArray<Subscriber> = []

    /// The last event that the groups have got, or are getting.
    private(set) var head: UInt64
    /// The life of the log that ``head`` belongs to.
    private(set) var epoch: UInt64
    /// The last event before the round that is under way.
    private var headBefore: UInt64
    /// When the round's first event came to the log.
    private var roundTime: Duration?
    /// The groups with events to send, the first of which is walked over.
    private var dirty: Deque<SubscriberGroup> = []
    /// Those who read the log from where they are.
    var catchingUp: Deque<Subscriber> = []
    var replays = ReplayCache()
    private(set) var roundBatches = BatchMaker()
    var replayBatches = BatchMaker()
    /// Those who know more than this process has of the log.
    var ahead: [Subscriber] = []
    /// Those who wait for what is read from the engine.
    var reading: [EngineRead: [Subscriber]] = [:]
    /// Those who wait for a second before the engine is asked again, which has not answered.
    var unanswered: [Subscriber] = []
    /// Whether a slice of work is on the event loop's list.
    private var isScheduled = false
    /// When the next round may begin.
    private var pauseEnd = NIODeadline.uptimeNanoseconds(0)

    /// Seconds since the shard was made.
    var tick: UInt32 = 0
    var timer: RepeatedTask?
    /// How far the timer's walk over the subscribers has got.
    var timerIndex = 0
    var drainPlan: DrainPlan?
    /// The last event that is sent before streams end.
    var drainEnd: UInt64 = 0
    /// Whether streams end as soon as they have got what there is.
    var isDrained = false

    /// - Parameter position: The newest event that it will not be told of.
    init(_ eventLoop: any EventLoop, _ fanOut: FanOut, at position: EventPosition, _ metrics: ShardMetrics) {
        self.eventLoop = eventLoop
        self.broker = fanOut.broker
        self.store = fanOut.broker.store
        self.places = fanOut.places
        self.configuration = fanOut.configuration
        self.epoch = position.epoch
        self.head = position.sequence
        self.headBefore = position.sequence
        self.routine = Routine(fanOut.configuration)
        self.metrics = metrics
    }

    // MARK: Coming and going

    /// Makes a subscriber, to be added to its channel's pipeline.
    func makeSubscriber(
        _ channel: any Channel,
        _ admission: Admission,
        framing: FrameBatch.Framing,
        outlet: Outlet,
        onEnd: EventLoopPromise<Void>?
    ) -> Subscriber {
        let group = self.groups.group(admission.selection)
        group.subscriberCount += 1
        let subscriber = Subscriber(
            channel,
            group,
            self,
            cursor: admission.cursor,
            framing: framing,
            outlet: outlet,
            onEnd: onEnd
        )
        subscriber.indexInShard = self.subscribers.count
        self.subscribers.append(subscriber)
        self.metrics.add(subscriber)
        if let lifetime = self.routine.lifetime(atMost: admission.lifetime) {
            subscriber.endTick = self.tick &+ lifetime
        }
        subscriber.onRelease = admission.onEnd
        self.startTimer()
        return subscriber
    }

    /// Begins to serve a subscriber that is in its pipeline.
    func start(_ subscriber: Subscriber) {
        if subscriber.cursor == self.head, subscriber.gap == nil, subscriber.epoch == self.epoch {
            self.join(subscriber)
        } else {
            subscriber.state = .catchingUp
            self.catchingUp.append(subscriber)
            self.schedule()
        }
    }

    func join(_ subscriber: Subscriber) {
        if self.isDrained, let drainPlan {
            return self.end(subscriber, .shutdown, drainPlan.lastBytes(subscriber.framing))
        }
        subscriber.state = .joined
        subscriber.group.insert(subscriber)
    }

    /// Forgets a subscriber whose connection is closed.
    func remove(_ subscriber: Subscriber) {
        if subscriber.state == .joined { subscriber.group.remove(subscriber) }
        subscriber.state = .ended
        self.subscribers.swapAt(subscriber.indexInShard, self.subscribers.count - 1)
        self.subscribers[subscriber.indexInShard].indexInShard = subscriber.indexInShard
        self.subscribers.removeLast()

        let group = subscriber.group
        group.subscriberCount -= 1
        if group.subscriberCount == 0 { self.groups.remove(group) }
        self.metrics.remove(subscriber)
        self.broker.release(group.selection)
        subscriber.onRelease?()
        subscriber.onFinish?(subscriber)
        if self.subscribers.isEmpty { self.stopTimer() }
        self.places.giveBack()
    }

    // MARK: Rounds

    /// There may be more in the log.
    func logHasGrown() {
        guard self.dirty.isEmpty else { return }
        if self.eventLoop.now < self.pauseEnd { self.schedule(notBefore: self.pauseEnd) } else { self.work() }
    }

    func schedule(notBefore time: NIODeadline = .uptimeNanoseconds(0)) {
        guard !self.isScheduled else { return }
        self.isScheduled = true
        let time = max(time, self.eventLoop.now + Self.breath)
        self.eventLoop.assumeIsolated().scheduleTask(deadline: time) {
            self.isScheduled = false
            self.work()
        }
    }

    /// Does a slice of what there is to do, and sees to it that the rest is done.
    ///
    /// After a round there is a pause, twice as long as its last slice took. Events that come faster than they can be sent
    /// then go to each subscriber several at a time, which costs one system call. Who publishes more slowly does not
    /// notice.
    private func work() {
        let start = self.eventLoop.now
        let hasSubscribers = !self.subscribers.isEmpty
        let isInRound = self.doWork(isPausing: start < self.pauseEnd)
        let end = self.eventLoop.now
        if isInRound, self.dirty.isEmpty { self.pauseEnd = end + min((end - start) * 2, Self.longestPause) }
        if self.metrics.isEnabled, hasSubscribers { self.metrics.recordTurn(end - start) }

        if !self.dirty.isEmpty || !self.catchingUp.isEmpty {
            self.schedule()
        } else if self.store.last > self.head {
            self.schedule(notBefore: self.pauseEnd)
        }
    }

    /// Goes on with a round, or begins one, and then serves those who catch up.
    ///
    /// - Returns: Whether a round was under way.
    private func doWork(isPausing: Bool) -> Bool {
        var budget = self.configuration.sliceLength
        if self.dirty.isEmpty, !isPausing { self.beginRound() }
        let isInRound = !self.dirty.isEmpty
        self.walk(&budget)
        // Those who catch up get their turn also while there is always something new.
        var turns = max(budget, self.configuration.sliceLength / 8, 1)
        while turns > 0, let subscriber = self.catchingUp.popFirst() {
            turns -= 1
            self.catchUp(subscriber)
        }
        if self.dirty.isEmpty { self.roundBatches.removeAll() }
        if self.catchingUp.isEmpty {
            self.replays.removeAll()
            self.replayBatches.removeAll()
        }
        return isInRound
    }

    /// Reads the log and sorts what has come into the groups.
    private func beginRound() {
        self.headBefore = self.head
        guard !self.subscribers.isEmpty else { return self.moveHead(to: self.store.position) }
        var slice = self.store.read(after: self.head, .everything, limit: Self.sliceOfLog)
        guard slice.epoch == self.epoch else { return self.beginAnew() }
        if slice.isMissingEvents { self.overrun() }
        slice.truncate(toBytes: Self.roundBytes)
        self.head = slice.cursor
        self.roundTime = slice.firstTime
        for record in slice.records {
            self.groups.forEach(wanting: record) { group in
                if group.records.isEmpty { self.dirty.append(group) }
                group.records.append(record)
            }
        }
        for group in self.dirty { group.beginWalk() }
        if !self.ahead.isEmpty { self.bringInThoseAhead() }
    }

    private func moveHead(to position: EventPosition) {
        self.epoch = position.epoch
        self.head = position.sequence
    }

    /// The log is another one now: whoever is up to date with the old one is told when its turn comes.
    private func beginAnew() {
        self.overrun()
        self.moveHead(to: self.store.position)
        self.headBefore = self.head
        self.drainEnd = min(self.drainEnd, self.head)
        self.replays.removeAll()
        self.bringInThoseAhead()
    }

    /// This loop was so slow that events left the log: everybody who was up to date is so no more.
    private func overrun() {
        for subscriber in self.subscribers where subscriber.state == .joined {
            self.fallBehind(subscriber, at: self.head)
        }
    }

    /// Has those whom the round under way has not reached get it on their own.
    func sendBackThoseNotServed() {
        for subscriber in self.subscribers where subscriber.state == .joined && !subscriber.group.hasServed(subscriber)
        {
            self.fallBehind(subscriber, at: self.headBefore)
        }
    }

    private func fallBehind(_ subscriber: Subscriber, at sequence: UInt64) {
        subscriber.group.remove(subscriber)
        subscriber.state = .catchingUp
        subscriber.cursor = sequence
        self.catchingUp.append(subscriber)
        self.schedule()
    }

    /// Sends the groups' batches to the next members.
    private func walk(_ budget: inout Int) {
        var hasServedGroup = false
        while budget > 0, let group = self.dirty.first {
            while budget > 0, let subscriber = group.popNext() {
                budget -= 1
                self.deliver(self.batch(of: group, subscriber.framing), to: subscriber)
            }
            if group.next >= group.members.count {
                if !group.members.isEmpty { hasServedGroup = true }
                group.endWalk()
                self.dirty.removeFirst()
            }
        }
        // Once for all groups that this slice has come to the end of, since they are as late as each other.
        if hasServedGroup, self.metrics.isEnabled, let roundTime {
            self.metrics.recordLag(max(.zero, self.store.now - roundTime))
        }
    }

    private func batch(of group: SubscriberGroup, _ framing: FrameBatch.Framing) -> FrameBatch {
        if let batch = group.batches[framing] { return batch }
        let batch = self.roundBatches.batch(of: group.records, after: self.headBefore, cursor: self.head, framing)
        group.batches[framing] = batch
        return batch
    }

    private func deliver(_ batch: FrameBatch, to subscriber: Subscriber) {
        let sent = subscriber.send(batch)
        // What it wrote may have shown that the connection is broken, and taken it away.
        guard subscriber.state == .joined else { return }
        self.count(sent, of: batch, for: subscriber)
        switch sent {
        case .all:
            subscriber.lastTick = self.tick
        case .some(let sequence):
            subscriber.group.remove(subscriber)
            self.wait(for: subscriber, after: sequence)
        case .nothing:
            subscriber.cut(.client)
        }
    }

    func count(_ sent: Subscriber.Sent, of batch: FrameBatch, for subscriber: Subscriber) {
        let size: (events: Int, bytes: Int)
        switch sent {
        case .all:
            size = (batch.eventCount, batch.bytes.readableBytes)
        case .some(let sequence):
            size = batch.size(through: sequence)
            self.metrics.blocked += 1
        case .nothing:
            return
        }
        self.metrics.deliveries &+= size.events
        self.metrics.bytes &+= size.bytes
        subscriber.sentBytes &+= size.bytes
    }

    // MARK: Those whose sockets are full

    /// A comment that was written is not taken.
    func block(_ subscriber: Subscriber) {
        switch subscriber.state {
        case .joined:
            self.metrics.blocked += 1
            // A round may be under way that has not reached it.
            let cursor = subscriber.group.hasServed(subscriber) ? self.head : self.headBefore
            subscriber.group.remove(subscriber)
            self.wait(for: subscriber, after: cursor)
        case .reading, .ahead:
            self.metrics.blocked += 1
            self.wait(for: subscriber, after: subscriber.cursor)
        case .starting, .catchingUp, .blocked, .ending, .ended:
            break
        }
    }

    func wait(for subscriber: Subscriber, after sequence: UInt64) {
        subscriber.cursor = sequence
        subscriber.state = .blocked
        subscriber.lastTick = self.tick
        subscriber.resetProgress()
        if !subscriber.isWaitingForChannel { self.unblock(subscriber) }
    }

    /// What was written has been taken.
    func unblock(_ subscriber: Subscriber) {
        guard subscriber.state == .blocked else { return }
        subscriber.state = .catchingUp
        subscriber.lastTick = self.tick
        self.catchingUp.append(subscriber)
        self.schedule()
    }

    // MARK: The end

    /// Ends a stream in order. Nothing is sent after that.
    func end(_ subscriber: Subscriber, _ reason: StreamEndReason, _ lastBytes: ByteBuffer = ByteBuffer()) {
        subscriber.setEndReason(reason)
        if subscriber.state == .joined { subscriber.group.remove(subscriber) }
        subscriber.state = .ending
        subscriber.lastTick = self.tick
        subscriber.resetProgress()
        subscriber.end(lastBytes)
    }
}
