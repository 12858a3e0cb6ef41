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
/// It is the only shell around the subscribers' machines: it tells them what happens and does what they say. What
/// outlets tell comes by an inbox, so that nothing happens in the middle of something else.
///
/// Everything here happens on the event loop; nothing is locked but the log.
@available(SwiftSSE 1.0, *)
final class Shard {
    /// The most events that are read at a time.
    static let sliceOfLog = 1024
    /// Long enough that the event loop polls its sockets first, which it does not do for work that is due at once.
    static let breath = TimeAmount.microseconds(20)
    /// The pause after a turn: longer after a long one. A machine that makes a turn long, because others have its
    /// processor or it is slow, takes longer than ``breath`` from the end of the turn to the look at what is due, too.
    private static func breath(after turn: TimeAmount) -> TimeAmount {
        turn < .milliseconds(1) ? self.breath : min(.nanoseconds(turn.nanoseconds / 8), self.longestPause)
    }

    /// The longest pause after a round.
    private static let longestPause = TimeAmount.milliseconds(1)

    let eventLoop: any EventLoop
    let broker: Broker
    let configuration: FanOutConfiguration
    let store: LogStore
    let places: PlaceCount
    let routine: Routine
    var metrics: ShardMetrics

    let inbox = OutletInbox()
    /// The streams, in one piece of memory without holes: walking over them touches nothing else.
    var slots: ContiguousArray<StreamSlot> = []
    var streams = StreamIndex()
    var memberPlaces = MemberPlaces()
    var groups = GroupTable()

    /// The last event that the groups have got, or are getting.
    var head: UInt64
    /// The life of the log that ``head`` belongs to.
    var epoch: UInt64
    /// The last event before the round that is under way.
    var headBefore: UInt64
    /// When the round's first event came to the log.
    var roundTime: Duration?
    /// The groups with events to send, the first of which is walked over.
    var dirty: Deque<SubscriberGroup> = []
    var roundBatches = BatchMaker()

    /// Those who read the log from where they are.
    var catchingUp: Deque<StreamID> = []
    var replays = ReplayCache()
    var replayBatches = BatchMaker()
    /// The events of which connections have taken a part.
    let held = HeldFrames()
    /// The connections of clients that were found to be gone since the last tick, as far as they carry several streams.
    var abandoned: [ObjectIdentifier: any Channel] = [:]
    /// Those who know more than this process has of the log.
    var ahead: [StreamID] = []
    /// Those who wait for what is read from the engine.
    var reading: [EngineRead: [StreamID]] = [:]
    /// Those who wait for a second before the engine is asked again, which has not answered.
    var unanswered: [StreamID] = []

    private var messages = MessageFrames()
    /// Whether a slice of work is on the event loop's list.
    private var isScheduled = false
    /// A Boolean value that indicates whether the work is being done.
    private var isWorking = false
    /// When the next round may begin.
    private var pauseEnd = NIODeadline.uptimeNanoseconds(0)

    /// Seconds since the shard was made.
    var tick: UInt32 = 0
    /// The oldest event of the log, as of the last tick.
    var logFirst: UInt64 = 1
    var timer: RepeatedTask?
    /// How far the timer's walk over the subscribers has got.
    var timerIndex = 0
    var drainPlan: DrainPlan?
    /// The last event that is sent before streams end.
    var drainEnd: UInt64 = 0
    /// Whether streams end as soon as they have got what there is.
    var isDrained = false

    /// - Parameters:
    ///   - places: Who is waited for at the end.
    ///   - position: The newest event that it will not be told of.
    init(
        _ eventLoop: any EventLoop,
        _ broker: Broker,
        _ configuration: FanOutConfiguration,
        _ places: PlaceCount,
        _ metrics: ShardMetrics,
        at position: EventPosition
    ) {
        self.eventLoop = eventLoop
        self.broker = broker
        self.store = broker.store
        self.places = places
        self.configuration = configuration
        self.epoch = position.epoch
        self.head = position.sequence
        self.headBefore = position.sequence
        self.routine = Routine(configuration)
        self.metrics = metrics
    }

    // MARK: Coming and going

    /// Serves a client from now on.
    ///
    /// - Parameters:
    ///   - place: Where in the channel's pipeline its outlet goes.
    ///   - onEnd: Whom to tell when the stream is over, beside the admission's own.
    /// - Throws: What the pipeline throws, when the client has been let go of again.
    func attach(
        _ channel: any Channel,
        _ admission: Admission,
        at place: StreamPlace,
        onEnd: StreamEndObserver
    ) throws -> StreamID {
        let id = self.streams.insert(at: self.slots.count)
        let outlet = StreamOutlet(channel, place, id, self.inbox, self.routine.keepAlive)
        let group = self.groups.group(admission.selection, admission.details)
        group.subscriberCount += 1
        var onEnd = onEnd
        onEnd.release = admission.onEnd
        // The group's selection, so that equal ones are kept once.
        let cursor = self.broker.cursor(at: admission.cursor, group.selection)
        let endTick = self.routine.end(at: self.tick, atMost: admission.lifetime)
        let machine = SubscriberMachine(cursor, tick: self.tick, endTick: endTick)
        // By a quarter and not by twice, since that is much memory where there are many.
        if self.slots.count == self.slots.capacity { self.slots.reserveCapacity(self.slots.count * 5 / 4 + 16) }
        self.slots.append(StreamSlot(id: id, machine: machine, outlet: outlet, group: group, onEnd: onEnd))
        self.metrics.add(outlet.kind)
        if self.slots.count == 1 {
            // Held for as long as there are streams, whoever lets go of the fan-out.
            self.inbox.onEvent = { self.take($0, $1) }
            self.startTimer()
        }
        do {
            try self.inbox.hold { () throws in
                try channel.pipeline.syncOperations.addHandler(outlet, position: place.position)
            }
        } catch {
            if let index = self.streams[id] { self.remove(index) }
            throw error
        }
        return id
    }

    /// Takes what an outlet tells.
    private func take(_ event: OutletInbox.Event, _ id: StreamID) {
        guard let index = self.streams[id] else { return }
        switch event {
        case .opened(let isWritable): self.feed(index) { $0.opened(isWritable: isWritable, $1) }
        // It may have been so for a moment, before the rest of an event was left for later.
        case .writable where self.slots[index].outlet.hasRest: break
        case .writable: self.feed(index) { machine, view in machine.writable(view) }
        case .flooded: self.feed(index) { machine, _ in machine.cut(.inbound) }
        case .closed:
            self.noteAbandonment(of: index)
            self.remove(index)
        }
    }

    /// Forgets a subscriber whose connection is closed.
    private func remove(_ index: Int) {
        self.feed(index) { machine, _ in
            machine.closed()
            return .nothing
        }
        let slot = self.slots[index]
        let last = self.slots.count - 1
        self.streams.remove(slot.id)
        if index != last {
            self.slots[index] = self.slots[last]
            self.slots[index].group.move(last, to: index, &self.memberPlaces)
            self.streams.move(self.slots[index].id, to: index)
        }
        self.slots.removeLast()
        slot.group.subscriberCount -= 1
        if slot.group.subscriberCount == 0 { self.groups.remove(slot.group) }
        self.metrics.remove(slot.outlet.kind, slot.machine.endReason)
        self.broker.release(slot.group.selection)
        slot.onEnd.release?()
        slot.onEnd.report?(slot.sentBytes, slot.machine.endReason)
        if self.slots.isEmpty { self.stop() }
        self.places.giveBack()
        slot.onEnd.promise?.succeed(())
    }

    private func stop() {
        self.stopTimer()
        self.inbox.onEvent = nil
        self.memberPlaces.removeAll()
        // Who was in there has left.
        self.ahead = []
        self.unanswered = []
        self.catchingUp = []
        self.abandoned = [:]
    }

    // MARK: The machines' shell

    /// The view of the log that a subscriber's machine is given.
    func view(of index: Int) -> SubscriberMachine.View {
        let isServed =
            !self.memberPlaces.isMember(index) || self.slots[index].group.hasServed(index, self.memberPlaces)
        return SubscriberMachine.View(
            epoch: self.epoch,
            head: isServed ? self.head : self.headBefore,
            isServed: isServed,
            first: self.logFirst,
            tick: self.tick,
            isDrained: self.isDrained,
            tellsPositions: self.configuration.tellsPositions
        )
    }

    /// Tells a subscriber of something, and does what it says until there is nothing left to do.
    ///
    /// - Parameter slice: What was read for it, if its turn has come.
    func feed(
        _ index: Int,
        _ slice: LogSlice? = nil,
        _ input: (inout SubscriberMachine, SubscriberMachine.View) -> SubscriberMachine.Action
    ) {
        self.carryOut(self.tell(index, input), index, slice)
    }

    /// Does what a subscriber has said.
    func carryOut(_ action: SubscriberMachine.Action, _ index: Int, _ slice: LogSlice? = nil) {
        var action = action
        while let next = self.obey(action, index, slice) { action = next }
    }

    /// Tells a subscriber of something.
    func tell(
        _ index: Int,
        _ input: (inout SubscriberMachine, SubscriberMachine.View) -> SubscriberMachine.Action
    ) -> SubscriberMachine.Action {
        let action = input(&self.slots[index].machine, self.view(of: index))
        if self.slots[index].machine.state != .joined, self.memberPlaces.isMember(index) {
            self.slots[index].group.remove(index, &self.memberPlaces)
        }
        return action
    }

    /// - Returns: What is to be done after that.
    private func obey(
        _ action: SubscriberMachine.Action,
        _ index: Int,
        _ slice: LogSlice?
    ) -> SubscriberMachine.Action? {
        switch action {
        case .nothing:
            return nil
        case .queue:
            self.enqueue(index)
            return nil
        case .join(let message):
            self.slots[index].group.insert(index, &self.memberPlaces)
            return message.map { self.send($0, to: index) }
        case .waitForLog(let message):
            self.ahead.append(self.slots[index].id)
            return message.map { self.send($0, to: index) }
        case .send(let message):
            return self.send(message, to: index)
        case .tell(let reason, let isNew):
            if isNew { self.broker.countGap(reason) }
            return self.send(.gap(reason), to: index)
        case .deliver:
            return slice.map { self.deliver($0, to: index) }
        case .askEngine:
            self.askEngine(for: index)
            return nil
        case .waitForEngine:
            self.unanswered.append(self.slots[index].id)
            return nil
        case .end(let position, let missed):
            if let missed { self.broker.countGap(missed) }
            self.end(index, position)
            return nil
        case .cut:
            self.slots[index].outlet.close()
            return nil
        case .drop:
            self.slots[index].outlet.drop()
            return nil
        case .abandon:
            self.abandon(index)
            return nil
        }
    }

    private func enqueue(_ index: Int) {
        guard !self.slots[index].isQueued else { return }
        self.slots[index].isQueued = true
        self.catchingUp.append(self.slots[index].id)
        self.schedule()
    }

    private func send(_ message: StreamMessage, to index: Int) -> SubscriberMachine.Action {
        let outlet = self.slots[index].outlet
        let bytes = self.messages.bytes(message, outlet.framing)
        let sent = outlet.send(bytes)
        if case .heartbeat = message { self.metrics.heartbeats += 1 }
        if case .some = sent { self.metrics.blocked += 1 }
        self.metrics.bytes &+= bytes.readableBytes
        return self.tell(index) { $0.sent(message, sent, $1) }
    }

    /// Ends a stream in order: behind the position that the client is told, and the time to come back after.
    private func end(_ index: Int, _ position: EventPosition?) {
        let outlet = self.slots[index].outlet
        var bytes = position.map { self.messages.bytes(.position($0), outlet.framing) } ?? ByteBuffer()
        if self.slots[index].machine.endReason == .shutdown, let drainPlan {
            bytes.writeImmutableBuffer(drainPlan.lastBytes(outlet.framing))
        }
        outlet.end(bytes)
    }

    /// Counts what was sent of a batch.
    func count(_ sent: SendResult<FrameBatch.Mark>, of batch: FrameBatch, for index: Int) {
        let size: (events: Int, bytes: Int)
        switch sent {
        case .all:
            size = (batch.eventCount, batch.bytes.readableBytes)
        case .some(let mark):
            size = batch.size(through: mark.sequence)
            self.metrics.blocked += 1
        case .nothing:
            return
        }
        self.metrics.deliveries &+= size.events
        self.metrics.bytes &+= size.bytes
        self.slots[index].sentBytes &+= size.bytes
    }

    // MARK: Work

    /// There may be more in the log.
    func logHasGrown() {
        guard self.dirty.isEmpty else { return }
        if self.eventLoop.now < self.pauseEnd { self.schedule(notBefore: self.pauseEnd) } else { self.work() }
    }

    /// Schedules the rest of the work, after the event loop has polled its sockets.
    func schedule(notBefore time: NIODeadline = .uptimeNanoseconds(0)) {
        // Work that comes up in the middle of a turn is seen to at its end, since the breath counts from there: a task
        // that is due when the turn ends comes before the sockets, again and again.
        guard !self.isScheduled, !self.isWorking else { return }
        self.isScheduled = true
        let time = max(time, self.eventLoop.now + Self.breath)
        self.eventLoop.assumeIsolated().scheduleTask(deadline: time) {
            self.isScheduled = false
            self.work()
        }
    }

    /// Does a slice of what there is to do, and sees to it that the rest is done.
    ///
    /// After a round there is a pause, twice as long as its last slice took. Events that come faster than they can be
    /// sent then go to each subscriber several at a time, which costs one system call. Who publishes more slowly does
    /// not notice.
    private func work() {
        let start = self.eventLoop.now
        let hasSubscribers = !self.slots.isEmpty
        self.isWorking = true
        let isInRound = self.inbox.hold { self.doWork(isPausing: start < self.pauseEnd) }
        self.isWorking = false
        let end = self.eventLoop.now
        if isInRound, self.dirty.isEmpty { self.pauseEnd = end + min((end - start) * 2, Self.longestPause) }
        if self.metrics.isEnabled, hasSubscribers { self.metrics.recordTurn(end - start) }

        if !self.dirty.isEmpty || !self.catchingUp.isEmpty {
            self.schedule(notBefore: end + Self.breath(after: end - start))
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
        self.serveThoseCatchingUp(max(budget, self.configuration.sliceLength / 8, 1))
        if self.dirty.isEmpty { self.roundBatches.removeAll() }
        if self.catchingUp.isEmpty {
            self.replays.removeAll()
            self.replayBatches.removeAll()
        }
        return isInRound
    }
}
