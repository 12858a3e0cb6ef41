internal import DequeModule
internal import NIOCore
internal import SSEBroker

// Those who are behind: they read the log from their cursor until they are where the others are.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// The budgets for comparing events with selections: of all subscribers that catch up in one turn of the event
    /// loop, and of one of them, so that a client with costly templates is one among others.
    static let turnBudget = 200_000
    private static let shareBudget = 50_000

    /// Gives those who catch up a turn, one after the other.
    func serveThoseCatchingUp(_ count: Int) {
        var left = count
        var budget = MatchBudget(Self.turnBudget)
        while left > 0, !budget.isSpent, let id = self.catchingUp.popFirst() {
            guard let index = self.streams[id] else { continue }
            left -= 1
            self.slots[index].isQueued = false
            guard self.slots[index].machine.state == .catchingUp else { continue }
            self.catchUp(index, &budget)
        }
    }

    /// Sends a piece of the log to one who is behind.
    private func catchUp(_ index: Int, _ budget: inout MatchBudget) {
        let cursor = self.slots[index].machine.cursor
        guard cursor.position.epoch == self.epoch else { return self.changeLog(index) }
        guard cursor.position.sequence < self.head || cursor.hasGap else {
            return self.turn(index, nil)
        }
        if self.sendReplay(to: index) { return }
        var slice = self.read(for: index, &budget)
        // If the log is another one by now, the next round begins with that.
        guard slice.epoch == self.epoch else { return self.turn(index, nil) }
        slice.truncate(toBytes: EngineMirror.sliceBytes)
        self.tellTopics(of: &slice, to: index, &budget)
        self.turn(index, slice)
    }

    /// Puts the topics of events before them, if the subscriber is told these. What takes too long is left for its next
    /// turn.
    func tellTopics(of slice: inout LogSlice, to index: Int, _ budget: inout MatchBudget) {
        let group = self.slots[index].group
        guard group.tellsTopics else { return }
        let limit = max(1, min(Self.shareBudget, budget.left))
        var share = MatchBudget(limit)
        TopicTelling(group.selection).tell(&slice, bytes: EngineMirror.sliceBytes, &share)
        budget.spend(limit - share.left)
    }

    /// Tells one who is behind what was read for it, and does what it says.
    func turn(_ index: Int, _ slice: LogSlice?) { self.feed(index, slice) { $0.turn(slice, $1) } }

    /// Sends what another one has been sent, who was behind at the same place.
    func sendReplay(to index: Int) -> Bool {
        guard !self.slots[index].machine.cursor.hasGap, let known = self.replays[self.slots[index]] else {
            return false
        }
        self.carryOut(self.send(known, to: index), index)
        return true
    }

    /// Reads what comes next for a subscriber, and remembers where there is nothing for those like it.
    private func read(for index: Int, _ budget: inout MatchBudget) -> LogSlice {
        let cursor = self.slots[index].machine.cursor
        let group = self.slots[index].group
        if let range = group.quietRange, range.epoch == self.epoch,
            let end = range.end(after: cursor.position.sequence)
        {
            var slice = LogSlice(records: [], cursor: min(end, self.head), isMissingEvents: false)
            slice.epoch = self.epoch
            return slice
        }
        let limit = min(Self.shareBudget, budget.left)
        var share = MatchBudget(limit)
        let slice = self.store.read(for: cursor, through: self.head, limit: Self.sliceOfLog, &share)
        budget.spend(limit - share.left)
        if !cursor.selection.wanted.isExact, slice.records.isEmpty, slice.epoch == self.epoch, !slice.isMissingEvents,
            slice.cursor > cursor.position.sequence
        {
            let range = QuietRange(epoch: self.epoch, after: cursor.position.sequence, through: slice.cursor)
            QuietRange.add(range, to: &group.quietRange)
        }
        return slice
    }

    /// Tells a subscriber that the log is another one than its cursor is in.
    private func changeLog(_ index: Int) {
        guard self.slots[index].machine.cursor.position.epoch != self.store.position.epoch else {
            // It is this shard that is late; the next round is on its way.
            return self.turn(index, nil)
        }
        self.feed(index) { $0.logReplaced($1) }
    }

    /// Sends what was read for a subscriber.
    func deliver(_ slice: LogSlice, to index: Int) -> SubscriberMachine.Action {
        let batch = self.replayBatches.batch(
            of: slice.records,
            cursor: slice.cursor,
            self.slots[index].outlet.framing,
            owner: self.slots[index].group.owner
        )
        self.replays.insert(batch, for: self.slots[index])
        return self.send(batch, to: index)
    }

    private func send(_ batch: FrameBatch, to index: Int) -> SubscriberMachine.Action {
        let sent = self.slots[index].outlet.send(batch, self.held)
        self.count(sent, of: batch, for: index)
        let action = self.tell(index) { $0.delivered(sent.map(batch.position(at:)), end: batch.end, $1) }
        if case .some = sent { self.shed() }
        return action
    }

    /// Lets those go on that the log has reached.
    func bringInThoseAhead() {
        let waiting = self.ahead
        self.ahead = []
        for id in waiting { if let index = self.streams[id] { self.feed(index) { $0.logHasGrown($1) } } }
    }
}

/// Pieces of the log that were read for a subscriber who is behind, for others who are behind at the same place: after a
/// cut that hits everybody, thousands come back with the same last event ID.
@available(SwiftSSE 1.0, *)
struct ReplayCache {
    private struct Key: Hashable {
        let group: ObjectIdentifier
        let cursor: UInt64
        let framing: FrameBatch.Framing

        init(_ slot: StreamSlot) {
            self.group = ObjectIdentifier(slot.group)
            self.cursor = slot.machine.cursor.position.sequence
            self.framing = slot.outlet.framing
        }
    }

    /// So few that they hold little memory.
    private static let limit = 64

    private struct Entry {
        let batch: FrameBatch
        /// Held, so that no other group gets the identity that the key is made of.
        let group: SubscriberGroup
    }

    private var entries: [Key: Entry] = [:]

    /// The piece that comes next for a subscriber.
    subscript(slot: StreamSlot) -> FrameBatch? { self.entries[Key(slot)]?.batch }

    /// Remembers what comes next for a subscriber.
    mutating func insert(_ batch: FrameBatch, for slot: StreamSlot) {
        if self.entries.count >= Self.limit { self.entries.removeAll(keepingCapacity: true) }
        self.entries[Key(slot)] = Entry(batch: batch, group: slot.group)
    }

    mutating func removeAll() {
        if !self.entries.isEmpty { self.entries = [:] }
    }
}
