internal import NIOCore
internal import SSEBroker

// Those who are so far behind that what they want has left this process's log, and is in the engine's.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// Has what comes next for a subscriber read from the engine.
    func read(for subscriber: Subscriber, from mirror: EngineMirror) {
        subscriber.state = .reading
        let read = EngineRead(subscriber)
        guard self.reading[read] == nil else {
            self.reading[read]?.append(subscriber)
            return
        }
        self.reading[read] = [subscriber]
        // What is on its way needs this event loop, also when nobody waits for it any more.
        self.places.take()
        let (eventLoop, bound) = (self.eventLoop, NIOLoopBound(self, eventLoop: self.eventLoop))
        mirror.read(
            after: EventPosition(epoch: read.epoch, sequence: read.cursor),
            read.selection,
            limit: Self.sliceOfLog
        ) { result in
            let (end, continuation) = AsyncStream<Never>.makeStream()
            eventLoop.execute {
                bound.value.finish(read, result)
                continuation.finish()
            }
            // Waited for, so that no more is read than the event loop can take; but not by a broker that ends, since an event
            // loop that has been shut down takes nothing.
            for await _ in end {}
        } refuse: { error in
            eventLoop.execute { bound.value.finish(read, .failure(error)) }
        }
    }

    private func finish(_ read: EngineRead, _ result: Result<LogSlice, BrokerError>) {
        defer { self.places.giveBack() }
        // Who was sent something else meanwhile, or left, waits no more.
        let waiting = (self.reading.removeValue(forKey: read) ?? []).filter {
            $0.state == .reading && $0.cursor == read.cursor
        }
        for subscriber in waiting { subscriber.state = .catchingUp }
        switch result {
        case .success(var slice):
            // What is behind that comes with the next round.
            slice.truncate(through: self.head)
            for (index, subscriber) in waiting.enumerated() {
                // Somebody may wait twice who was blocked meanwhile.
                guard subscriber.state == .catchingUp, subscriber.cursor == read.cursor else { continue }
                guard index < self.configuration.sliceLength, subscriber.epoch == self.epoch else {
                    // For later, so that the loop looks after its other work.
                    self.catchingUp.append(subscriber)
                    continue
                }
                // Those who are of one group share the bytes as well.
                if subscriber.gap == nil, let known = self.replays[subscriber] {
                    self.send(known, to: subscriber)
                } else {
                    self.send(slice, to: subscriber)
                }
            }
        case .failure(let error):
            for subscriber in waiting {
                if error.code == .closed || self.isDrained {
                    self.end(subscriber, .shutdown, self.drainPlan?.lastBytes(subscriber.framing) ?? ByteBuffer())
                } else {
                    // Nothing is missed as long as it may still come.
                    subscriber.state = .reading
                    self.unanswered.append(subscriber)
                }
            }
        }
        if !self.catchingUp.isEmpty { self.schedule() }
    }

    /// Asks again for those whom the engine has not answered. Once a second.
    func askAgain() {
        // Those who have left.
        self.ahead.removeAll { $0.state != .ahead }
        guard !self.unanswered.isEmpty else { return }
        for subscriber in self.unanswered where subscriber.state == .reading {
            subscriber.state = .catchingUp
            self.catchingUp.append(subscriber)
        }
        self.unanswered = []
        self.schedule()
    }
}
