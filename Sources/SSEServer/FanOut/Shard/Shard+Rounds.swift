internal import DequeModule
internal import NIOCore
internal import SSEBroker

// Those who are up to date: what comes to the log goes to all of a group at once.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// The most bytes that a round carries, so that buffers stay small.
    private static let roundBytes = 256 * 1024

    /// Reads the log and sorts what has come into the groups.
    func beginRound() {
        self.headBefore = self.head
        guard !self.slots.isEmpty else { return self.moveHead(to: self.store.position) }
        var slice = self.store.read(after: self.head, .everything, limit: Self.sliceOfLog)
        guard slice.epoch == self.epoch else { return self.beginAnew() }
        if slice.isMissingEvents { self.loseRound() }
        slice.truncate(toBytes: Self.roundBytes)
        self.head = slice.cursor
        self.roundTime = slice.firstTime
        self.sort(slice.records)
        for group in self.dirty { group.beginWalk() }
        if !self.ahead.isEmpty { self.bringInThoseAhead() }
    }

    /// The budget for comparing a round's topics with templates, so that the turn of the event loop ends.
    private static let roundBudget = 400_000

    /// Gives each group what it wants of a round. Those for which that takes too long to find out, or to tell the
    /// topics of, get nothing of it: their members read the log on their own, a little at a time.
    private func sort(_ records: [LogRecord]) {
        var budget = MatchBudget(Self.roundBudget)
        var tellingBudget = MatchBudget(Self.roundBudget)
        var lost: [ObjectIdentifier: SubscriberGroup] = [:]
        for record in records {
            self.groups.forEach(wanting: record, &budget) { group in
                guard lost.isEmpty || lost[ObjectIdentifier(group)] == nil else { return }
                if group.tellsTopics, tellingBudget.isSpent {
                    lost[ObjectIdentifier(group)] = group
                    return
                }
                if group.records.isEmpty { self.dirty.append(group) }
                group.records.append(
                    group.tellsTopics ? TopicTelling(group.selection).tell(record, &tellingBudget) : record
                )
            } undecided: { group in
                lost[ObjectIdentifier(group)] = group
            }
        }
        guard !lost.isEmpty else { return }
        self.dirty.removeAll { lost[ObjectIdentifier($0)] != nil }
        for group in lost.values {
            // Where they were before the round.
            group.loseRound()
            for member in group.members { self.feed(Int(member)) { $0.fallBehind($1) } }
            group.endWalk()
        }
    }

    private func moveHead(to position: EventPosition) {
        self.epoch = position.epoch
        self.head = position.sequence
    }

    /// The log is another one now: whoever is up to date with the old one is told when its turn comes.
    private func beginAnew() {
        self.loseRound()
        self.moveHead(to: self.store.position)
        self.headBefore = self.head
        self.drainEnd = min(self.drainEnd, self.head)
        self.replays.removeAll()
        self.bringInThoseAhead()
    }

    /// This loop was so slow that events left the log: everybody who was up to date is so no more.
    private func loseRound() {
        for index in self.slots.indices where self.memberPlaces.isMember(index) {
            self.feed(index) { $0.fallBehind($1) }
        }
    }

    /// Lets those that the round has not reached read it on their own.
    func sendBackThoseNotServed() {
        for index in self.slots.indices where !self.view(of: index).isServed { self.feed(index) { $0.fallBehind($1) } }
    }

    /// Sends the groups' batches to the next members.
    func walk(_ budget: inout Int) {
        var hasServedGroup = false
        while budget > 0, let group = self.dirty.first {
            while budget > 0, let member = group.popNext() {
                budget -= 1
                self.deliver(to: member, of: group)
            }
            if group.isWalkComplete {
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

    /// Sends a group's batch to a member: the hot path of it all.
    private func deliver(to index: Int, of group: SubscriberGroup) {
        let outlet = self.slots[index].outlet
        let batch = group.batch(outlet.framing) { records in
            self.roundBatches.batch(of: records, cursor: self.head, outlet.framing, owner: group.owner)
        }
        let sent = outlet.send(batch, self.held)
        self.count(sent, of: batch, for: index)
        if case .all = sent {
            self.slots[index].machine.delivered(batch.end, tick: self.tick)
        } else {
            self.feed(index) { $0.delivered(sent.map(batch.position(at:)), end: batch.end, $1) }
            self.shed()
        }
    }
}
