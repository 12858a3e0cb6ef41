internal import NIOCore

// The end of all streams.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// Ends all streams, spread over a time. Whoever is behind then still gets what is in the log, and ends after that.
    func drain(_ plan: DrainPlan) {
        guard !self.isDrained else { return }
        self.drainPlan = plan
        self.drainEnd = self.store.last
        self.endSome(count: plan.share(of: self.subscribers.count), left: DrainPlan.steps)
    }

    private func endSome(count: Int, left: Int) {
        guard let plan = self.drainPlan else { return }
        guard !self.subscribers.isEmpty else {
            // Whose head was on its way when the end came still gets an end.
            self.isDrained = true
            return
        }
        guard self.head >= self.drainEnd, self.epoch == self.store.position.epoch else {
            // Nobody has got everything before this shard has read it.
            self.eventLoop.assumeIsolated().scheduleTask(in: Self.breath) { self.endSome(count: count, left: left) }
            return
        }
        if left == 1 {
            self.isDrained = true
            self.sendBackThoseNotServed()
        }
        // Copied, since a stream that ends may leave the list at once.
        let upToDate = self.subscribers.filter {
            $0.state == .ahead || ($0.state == .joined && $0.group.hasServed($0))
        }
        for subscriber in upToDate.prefix(left == 1 ? .max : count) {
            self.end(subscriber, .shutdown, plan.lastBytes(subscriber.framing))
        }
        guard left > 1 else { return }
        self.eventLoop.assumeIsolated().scheduleTask(in: plan.step) { self.endSome(count: count, left: left - 1) }
    }

    /// Closes the connections of those who have not taken their end.
    ///
    /// - Returns: What is fulfilled when they are closed.
    func cutAll() -> EventLoopFuture<Void> {
        let subscribers = Array(self.subscribers)
        for subscriber in subscribers { subscriber.cut(.shutdown) }
        return .andAllComplete(subscribers.map(\.closeFuture), on: self.eventLoop)
    }
}
