internal import NIOCore

// The one timer of an event loop: heartbeats, write deadlines, lifetimes, and clients that are gone.
@available(SwiftSSE 1.0, *)
extension Shard {
    func startTimer() {
        guard self.timer == nil else { return }
        self.logFirst = self.store.bounds.first
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.timer = self.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.timerFired()
        }
    }

    func stopTimer() {
        self.timer?.cancel()
        self.timer = nil
        self.timerIndex = 0
        self.metrics.flush(heldBytes: self.held.byteCount)
    }

    private func timerFired() {
        self.inbox.hold {
            self.tick &+= 1
            self.logFirst = self.store.bounds.first
            self.metrics.flush(heldBytes: self.held.byteCount)
            if !self.abandoned.isEmpty { self.abandoned = [:] }
            // Those who have left.
            self.ahead.removeAll { self.streams[$0].map { self.slots[$0].machine.state } != .ahead }
            self.askAgain()
            // A walk that is not done after a second goes on rather than begin again.
            guard self.timerIndex == 0 else { return }
            self.timerIndex = self.slots.count
            self.lookAfterSubscribers()
        }
    }

    /// Looks after subscribers from the last to the first, since the last takes the place of one who leaves.
    private func lookAfterSubscribers() {
        let end = max(0, self.timerIndex - 4 * self.configuration.sliceLength)
        while self.timerIndex > end {
            self.timerIndex -= 1
            if self.timerIndex < self.slots.count { self.lookAfter(self.timerIndex) }
        }
        guard self.timerIndex > 0 else { return }
        self.eventLoop.assumeIsolated().scheduleTask(in: Self.breath) {
            self.inbox.hold { self.lookAfterSubscribers() }
        }
    }

    private func lookAfter(_ index: Int) {
        if self.slots[index].machine.isWaitingForPeer {
            let peer = self.slots[index].outlet.peer()
            self.feed(index) { $0.saw(peer, self.routine, $1) }
        }
        let hasProgressed =
            self.slots[index].machine.isWaitingForClient && self.slots[index].outlet.hasProgressed()
        self.feed(index) { $0.tick(hasProgressed: hasProgressed, self.routine, $1) }
    }
}
