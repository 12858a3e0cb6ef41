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
    /// The most bytes that one who catches up gets in a turn.
    private static let replayBytes = 64 * 1024
    /// The most events that are read at a time.
    private static let sliceOfLog = 1024
    /// Long enough that the event loop polls its sockets first, which it does not do for work that is due at once.
    private static let breath = TimeAmount.microseconds(20)
    /// The most topics whose groups are remembered.
    private static let routeLimit = 4096

    let eventLoop: any EventLoop
    let broker: Broker
    let configuration: FanOutConfiguration
    private let store: LogStore
    private let routine: Routine

    private var groups: [TopicSelection: SubscriberGroup] = [:]
    /// The groups that want the events of a topic, as far as asked for since the groups last changed.
    private var routes: [Topic: [SubscriberGroup]] = [:]
    private var subscribers: ContiguousArray<Subscriber> = []

    /// The last event that the groups have got, or are getting.
    private var head: UInt64
    /// The groups with events to send, the first of which is walked over.
    private var dirty: Deque<SubscriberGroup> = []
    private var catchingUp: Deque<Subscriber> = []
    /// Whether a slice of work is on the event loop's list.
    private var isScheduled = false

    /// Seconds since the shard was made.
    private(set) var tick: UInt32 = 0
    private var timer: RepeatedTask?
    /// How far the timer's walk over the subscribers has got.
    private var timerIndex = 0
    private var draining: DrainPlan?

    init(_ eventLoop: any EventLoop, _ broker: Broker, _ configuration: FanOutConfiguration) {
        self.eventLoop = eventLoop
        self.broker = broker
        self.store = broker.store
        self.configuration = configuration
        self.head = broker.store.bounds.last
        self.routine = Routine(configuration)
    }

    // MARK: Coming and going

    /// Makes a subscriber, to be added to its channel's pipeline.
    func makeSubscriber(
        _ channel: any Channel,
        _ selection: TopicSelection,
        _ cursor: ResumedCursor,
        framing: FrameBatch.Framing,
        isDirect: Bool,
        onEnd: EventLoopPromise<Void>?
    ) -> Subscriber {
        let group: SubscriberGroup
        if let known = self.groups[selection] {
            group = known
        } else {
            group = SubscriberGroup(selection)
            self.groups[selection] = group
            self.routes.removeAll()
        }
        group.subscriberCount += 1
        let subscriber = Subscriber(
            channel,
            group,
            self,
            cursor: cursor.sequence,
            framing: framing,
            isDirect: isDirect,
            onEnd: onEnd
        )
        if case .gap(let reason) = cursor.outcome { subscriber.gap = reason }
        subscriber.indexInShard = self.subscribers.count
        self.subscribers.append(subscriber)
        if let lifetime = self.routine.lifetime() { subscriber.endTick = self.tick &+ lifetime }
        self.startTimer()
        return subscriber
    }

    /// Begins to serve a subscriber that is in its pipeline.
    func start(_ subscriber: Subscriber) {
        if subscriber.cursor == self.head, subscriber.gap == nil {
            self.join(subscriber)
        } else {
            subscriber.state = .catchingUp
            self.catchingUp.append(subscriber)
            self.schedule()
        }
    }

    private func join(_ subscriber: Subscriber) {
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
        if group.subscriberCount == 0 {
            self.groups[group.selection] = nil
            self.routes.removeAll()
        }
        self.broker.release()
        if self.subscribers.isEmpty { self.stopTimer() }
        self.finishDrainingIfDone()
    }

    // MARK: Rounds

    /// There may be more in the log.
    func logHasGrown() {
        if self.dirty.isEmpty { self.work() }
    }

    private func schedule() {
        guard !self.isScheduled else { return }
        self.isScheduled = true
        self.eventLoop.assumeIsolated().scheduleTask(in: Self.breath) {
            self.isScheduled = false
            self.work()
        }
    }

    /// Does a slice of what there is to do, and sees to it that the rest is done.
    private func work() {
        var budget = self.configuration.sliceLength
        if self.dirty.isEmpty { self.beginRound() }
        self.walk(&budget)
        // Those who catch up get their turn also while there is always something new.
        var turns = max(budget, self.configuration.sliceLength / 8)
        while turns > 0, let subscriber = self.catchingUp.popFirst() {
            turns -= 1
            self.catchUp(subscriber)
        }
        if !self.dirty.isEmpty || !self.catchingUp.isEmpty || self.store.last > self.head { self.schedule() }
    }

    /// Reads the log and sorts what has come into the groups.
    private func beginRound() {
        guard !self.subscribers.isEmpty else {
            self.head = self.store.last
            return
        }
        var slice = self.store.read(after: self.head, .all, limit: Self.sliceOfLog)
        if slice.isMissingEvents { self.overrun() }
        slice.truncate(toBytes: Self.roundBytes)
        self.head = slice.cursor
        for record in slice.records {
            self.forEachGroup(wanting: record) { group in
                if group.records.isEmpty { self.dirty.append(group) }
                group.records.append(record)
            }
        }
        for group in self.dirty { group.beginWalk() }
    }

    private func forEachGroup(wanting record: LogRecord, _ body: (SubscriberGroup) -> Void) {
        guard record.topics.count > 1 else {
            for group in self.groups(wanting: record.topics[0]) { body(group) }
            return
        }
        var seen: Set<ObjectIdentifier> = []
        for topic in record.topics {
            for group in self.groups(wanting: topic) where seen.insert(ObjectIdentifier(group)).inserted { body(group) }
        }
    }

    private func groups(wanting topic: Topic) -> [SubscriberGroup] {
        if let known = self.routes[topic] { return known }
        let groups = self.groups.values.filter { $0.selection.matches([topic]) }
        if self.routes.count >= Self.routeLimit { self.routes.removeAll() }
        self.routes[topic] = groups
        return groups
    }

    /// This loop was so slow that events left the log: everybody who was up to date is so no more.
    private func overrun() {
        for subscriber in self.subscribers where subscriber.state == .joined {
            subscriber.group.remove(subscriber)
            subscriber.state = .catchingUp
            subscriber.cursor = self.head
            self.catchingUp.append(subscriber)
        }
    }

    /// Sends the groups' batches to the next members.
    private func walk(_ budget: inout Int) {
        while budget > 0, let group = self.dirty.first {
            while budget > 0, let subscriber = group.popNext() {
                budget -= 1
                self.deliver(self.batch(of: group, subscriber.framing), to: subscriber)
            }
            if group.next >= group.members.count {
                group.endWalk()
                self.dirty.removeFirst()
            }
        }
    }

    private func batch(of group: SubscriberGroup, _ framing: FrameBatch.Framing) -> FrameBatch {
        if let batch = group.batches[framing] { return batch }
        let batch = FrameBatch(group.records, after: 0, cursor: self.head, framing)
        group.batches[framing] = batch
        return batch
    }

    private func deliver(_ batch: FrameBatch, to subscriber: Subscriber) {
        switch subscriber.send(batch) {
        case .all:
            subscriber.lastTick = self.tick
        case .some(let sequence):
            subscriber.group.remove(subscriber)
            subscriber.cursor = sequence
            subscriber.state = .blocked
            subscriber.lastTick = self.tick
        case .nothing:
            subscriber.cut()
        }
    }

    // MARK: Those who are behind

    /// Sends a piece of the log to one who is behind.
    private func catchUp(_ subscriber: Subscriber) {
        guard subscriber.state == .catchingUp else { return }
        guard subscriber.cursor <= self.head else {
            // It knows more of the log than this shard has read; the next round is on its way.
            self.catchingUp.append(subscriber)
            return
        }
        guard let batch = self.replay(for: subscriber) else {
            self.broker.countOverrun()
            self.end(subscriber)
            return
        }
        guard !batch.bytes.isEmpty else {
            subscriber.cursor = batch.cursor
            self.goOn(subscriber)
            return
        }
        switch subscriber.send(batch) {
        case .all:
            subscriber.cursor = batch.cursor
            subscriber.lastTick = self.tick
            self.goOn(subscriber)
        case .some(let sequence):
            subscriber.cursor = sequence
            subscriber.state = .blocked
            subscriber.lastTick = self.tick
        case .nothing:
            subscriber.cut()
        }
    }

    private func goOn(_ subscriber: Subscriber) {
        if subscriber.cursor == self.head {
            self.join(subscriber)
        } else {
            self.catchingUp.append(subscriber)
        }
    }

    /// The next piece of the log for a subscriber, `nil` if some of it is gone and the stream is to end for that.
    private func replay(for subscriber: Subscriber) -> FrameBatch? {
        let group = subscriber.group
        let hasGap = subscriber.gap != nil
        if !hasGap, let known = group.replay, known.framing == subscriber.framing,
            known.cursor == subscriber.cursor, known.head == self.head
        {
            return known.batch
        }
        var slice = self.store.read(
            after: subscriber.cursor,
            through: self.head,
            group.selection,
            limit: Self.sliceOfLog
        )
        slice.truncate(toBytes: Self.replayBytes)
        if slice.isMissingEvents, subscriber.gap == nil {
            guard self.broker.configuration.overrunPolicy == .gap else { return nil }
            self.broker.countOverrun()
            subscriber.gap = .overrun
        }
        let batch = FrameBatch(
            slice.records,
            gap: subscriber.gap.take().map(GapFrames.frame),
            after: subscriber.cursor,
            cursor: slice.cursor,
            subscriber.framing
        )
        if !hasGap, !slice.isMissingEvents, slice.records.count > 1 {
            group.replay = (subscriber.cursor, self.head, subscriber.framing, batch)
        }
        return batch
    }

    /// What was written is not taken.
    func block(_ subscriber: Subscriber) {
        if subscriber.state == .joined {
            subscriber.group.remove(subscriber)
            subscriber.cursor = self.head
        }
        guard subscriber.state != .ended, subscriber.state != .blocked else { return }
        subscriber.state = .blocked
        subscriber.lastTick = self.tick
    }

    /// What was written has been taken.
    func unblock(_ subscriber: Subscriber) {
        guard subscriber.state == .blocked else { return }
        subscriber.state = .catchingUp
        subscriber.lastTick = self.tick
        self.catchingUp.append(subscriber)
        self.schedule()
    }

    // MARK: The timer

    private func startTimer() {
        guard self.timer == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.timer = self.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.timerFired()
        }
    }

    private func timerFired() {
        self.tick &+= 1
        // A walk that is not done after a second goes on rather than begin again.
        guard self.timerIndex == 0 else { return }
        self.timerIndex = self.subscribers.count
        self.lookAfterSubscribers()
    }

    private func stopTimer() {
        self.timer?.cancel()
        self.timer = nil
        self.timerIndex = 0
    }

    /// Sends heartbeats and closes who is late, from the last subscriber to the first, since the last takes the place of
    /// one who leaves.
    private func lookAfterSubscribers() {
        let end = max(0, self.timerIndex - 4 * self.configuration.sliceLength)
        while self.timerIndex > end {
            self.timerIndex -= 1
            guard self.timerIndex < self.subscribers.count else { continue }
            let subscriber = self.subscribers[self.timerIndex]
            let silence = self.tick &- subscriber.lastTick
            if subscriber.state == .blocked || subscriber.state == .ending {
                if silence > self.routine.writeTimeout { subscriber.cut() }
            } else if subscriber.endTick <= self.tick {
                self.end(subscriber)
            } else if silence >= self.routine.heartbeat, subscriber.state == .joined {
                subscriber.lastTick = self.tick
                if !subscriber.send(self.routine.heartbeat(subscriber.framing)) { subscriber.cut() }
            }
        }
        guard self.timerIndex > 0 else { return }
        self.eventLoop.assumeIsolated().scheduleTask(in: Self.breath) { self.lookAfterSubscribers() }
    }

    // MARK: The end

    /// Ends all streams, spread over a time.
    ///
    /// - Parameter isDone: Is fulfilled when none is left.
    func drain(_ plan: DrainPlan) {
        self.draining = plan
        self.finishDrainingIfDone()
        guard !self.subscribers.isEmpty else { return }
        self.endSome(count: plan.share(of: self.subscribers.count), left: DrainPlan.steps)
    }

    private func endSome(count: Int, left: Int) {
        guard let plan = self.draining else { return }
        // Copied, since a stream that ends may leave the list at once.
        for subscriber in Array(self.subscribers.lazy.filter { $0.state != .ending }.prefix(count)) {
            self.end(subscriber, plan.lastBytes(subscriber.framing))
        }
        guard left > 1 else { return }
        self.eventLoop.assumeIsolated().scheduleTask(in: plan.step) { self.endSome(count: count, left: left - 1) }
    }

    /// Ends a stream in order. Nothing is sent after that.
    private func end(_ subscriber: Subscriber, _ lastBytes: [UInt8] = []) {
        if subscriber.state == .joined { subscriber.group.remove(subscriber) }
        subscriber.state = .ending
        subscriber.lastTick = self.tick
        subscriber.end(lastBytes)
    }

    /// Closes the connections of those who have not taken their end.
    func cutAll() {
        for subscriber in self.subscribers { subscriber.cut() }
    }

    private func finishDrainingIfDone() {
        guard self.subscribers.isEmpty, let plan = self.draining.take() else { return }
        plan.isDone.succeed(())
    }
}
