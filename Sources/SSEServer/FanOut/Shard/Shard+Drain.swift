internal import NIOCore

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
