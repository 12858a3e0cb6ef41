internal import NIOCore

// The one timer of an event loop: heartbeats, write deadlines and lifetimes.
@available(SwiftSSE 1.0, *)
extension Shard {
    func startTimer() {
        guard self.timer == nil else { return }
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.timer = self.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.timerFired()
        }
    }

    func stopTimer() {
        self.timer?.cancel()
        self.timer = nil
        self.timerIndex = 0
        // Who was in there has left.
        self.ahead = []
        self.unanswered = []
        self.metrics.flush()
    }

    private func timerFired() {
        self.tick &+= 1
        self.metrics.flush()
        self.askAgain()
        // A walk that is not done after a second goes on rather than begin again.
        guard self.timerIndex == 0 else { return }
        self.timerIndex = self.subscribers.count
        self.lookAfterSubscribers()
    }

    /// Looks after subscribers from the last to the first, since the last takes the place of one who leaves.
    private func lookAfterSubscribers() {
        let end = max(0, self.timerIndex - 4 * self.configuration.sliceLength)
        while self.timerIndex > end {
            self.timerIndex -= 1
            guard self.timerIndex < self.subscribers.count else { continue }
            self.lookAfter(self.subscribers[self.timerIndex])
        }
        guard self.timerIndex > 0 else { return }
        self.eventLoop.assumeIsolated().scheduleTask(in: Self.breath) { self.lookAfterSubscribers() }
    }

    private func lookAfter(_ subscriber: Subscriber) {
        let silence = self.tick &- subscriber.lastTick
        switch subscriber.state {
        case .blocked where subscriber.endTick <= self.tick:
            self.end(subscriber, .lifetime)
        case .blocked, .ending:
            if subscriber.hasProgressed() {
                subscriber.lastTick = self.tick
            } else if silence > self.routine.writeTimeout {
                subscriber.cut(.writeTimeout)
            }
        case .joined where subscriber.endTick <= self.tick && subscriber.group.hasServed(subscriber),
            .catchingUp where subscriber.endTick <= self.tick,
            .reading where subscriber.endTick <= self.tick,
            .ahead where subscriber.endTick <= self.tick:
            self.end(subscriber, .lifetime)
        case .joined where silence >= self.routine.heartbeat,
            .reading where silence >= self.routine.heartbeat,
            .ahead where silence >= self.routine.heartbeat:
            subscriber.lastTick = self.tick
            let heartbeat = self.routine.heartbeat(subscriber.framing)
            self.metrics.heartbeats += 1
            self.metrics.bytes += heartbeat.readableBytes
            if !subscriber.send(heartbeat) { subscriber.cut(.client) }
        case .starting, .joined, .catchingUp, .reading, .ahead, .ended:
            break
        }
    }
}
