internal import NIOCore
internal import ServerSentEvents

// The end of all streams.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// Ends all streams, spread over a time. Whoever is behind then still gets what is in the log, and ends after that.
    func drain(_ plan: DrainPlan) {
        guard !self.isDrained else { return }
        self.drainPlan = plan
        self.drainEnd = self.store.last
        self.inbox.hold { self.endSome(count: plan.share(of: self.slots.count), left: DrainPlan.steps) }
    }

    private func endSome(count: Int, left: Int) {
        guard let plan = self.drainPlan else { return }
        guard !self.slots.isEmpty else {
            // Whose head was on its way when the end came still gets an end.
            self.isDrained = true
            return
        }
        guard self.head >= self.drainEnd, self.epoch == self.store.position.epoch else {
            // Nobody has got everything before this shard has read it.
            return self.endSome(in: Self.breath, count: count, left: left)
        }
        if left == 1 {
            self.isDrained = true
            self.sendBackThoseNotServed()
        }
        let complete = self.slots.indices.filter { self.slots[$0].machine.isComplete(self.view(of: $0)) }
        for index in complete.prefix(left == 1 ? .max : count) { self.feed(index) { $0.end(.shutdown, $1) } }
        if left > 1 { self.endSome(in: plan.step, count: count, left: left - 1) }
    }

    private func endSome(in time: TimeAmount, count: Int, left: Int) {
        self.eventLoop.assumeIsolated().scheduleTask(in: time) {
            self.inbox.hold { self.endSome(count: count, left: left) }
        }
    }

    /// Closes the connections of those who have not taken their end.
    ///
    /// - Returns: What is fulfilled when they are closed.
    func cutAll() -> EventLoopFuture<Void> {
        self.inbox.hold {
            let live = self.slots.indices
            let closeFutures = live.map { self.slots[$0].outlet.closeFuture }
            for index in live { self.feed(index) { machine, _ in machine.cut(.shutdown) } }
            return .andAllComplete(closeFutures, on: self.eventLoop)
        }
    }

    // MARK: One stream

    /// Ends a stream in order, wherever it is.
    func end(_ id: StreamID) {
        self.inbox.hold {
            if let index = self.streams[id] { self.feed(index) { $0.end(.shutdown, $1) } }
        }
    }

    /// Closes a stream's connection as it is.
    func cut(_ id: StreamID, _ reason: StreamEndReason) {
        self.inbox.hold {
            if let index = self.streams[id] { self.feed(index) { machine, _ in machine.cut(reason) } }
        }
    }
}

/// How a shard ends its streams.
@available(SwiftSSE 1.0, *)
struct DrainPlan: Sendable {
    /// In how many steps the streams end.
    static let steps = 10

    /// The time between two steps.
    let step: TimeAmount
    /// The times after which clients are asked to come back, one of which is picked for each; `nil` to say nothing.
    let retry: ClosedRange<Duration>?

    /// - Parameter window: The time over which streams end.
    init(window: Duration, retry: ClosedRange<Duration>?) {
        self.step = .nanoseconds(TimeAmount(window).nanoseconds / Int64(Self.steps))
        self.retry = retry
    }

    /// How many streams end in a step.
    func share(of count: Int) -> Int { (count + Self.steps - 1) / Self.steps }

    /// What a client is told before its stream ends.
    func lastBytes(_ framing: FrameBatch.Framing) -> ByteBuffer {
        guard let retry else { return ByteBuffer() }
        let span = retry.upperBound - retry.lowerBound
        let delay = retry.lowerBound + span * Double.random(in: 0...1)
        guard let time = try? ServerSentEvent.ReconnectionTime(delay) else { return ByteBuffer() }
        return framing.buffer(EventStreamEncoder().encode(retry: time))
    }
}

// The end of those who cost too much, and of those who are not there any more.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// Ends the streams of those who hold the oldest events, if all that is held is more than may be.
    ///
    /// They are slow and alive, so nothing else ends them, and each event that a connection has taken a part of has to
    /// be kept for it. They come back with their last event ID. One event may always be held, however large it is.
    func shed() {
        while self.held.byteCount > self.configuration.maximumHeldBytes, self.held.count > 1,
            let oldest = self.held.oldest
        {
            for index in self.slots.indices where self.slots[index].outlet.holds(oldest) {
                self.feed(index) { machine, _ in machine.drop(.slow) }
            }
            guard self.held.oldest != oldest else { return }
        }
    }

    /// Closes the connection of a client that is gone.
    func abandon(_ index: Int) {
        guard let shared = self.slots[index].outlet.abandon() else { return }
        // Its other streams end with it, and say so at once.
        self.abandoned[ObjectIdentifier(shared)] = shared
    }

    /// Tells a stream that is closed why that is so, if it is one of several of a client that is gone.
    func noteAbandonment(of index: Int) {
        guard !self.abandoned.isEmpty, let shared = self.slots[index].outlet.sharedConnection,
            self.abandoned[ObjectIdentifier(shared)] != nil
        else {
            return
        }
        _ = self.tell(index) { machine, _ in machine.abandon() }
    }
}
