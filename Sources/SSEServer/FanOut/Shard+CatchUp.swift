internal import NIOCore
internal import SSEBroker

// Those who are behind: they read the log from their cursor until they are where the others are.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// Sends a piece of the log to one who is behind.
    func catchUp(_ subscriber: Subscriber) {
        guard subscriber.state == .catchingUp else { return }
        guard subscriber.epoch == self.epoch else { return self.leaveOldLog(subscriber) }
        guard subscriber.cursor <= self.head else { return self.wait(aheadOfHead: subscriber) }
        if subscriber.gap == nil, let known = self.replays[subscriber] { return self.send(known, to: subscriber) }
        var slice = self.store.read(
            after: subscriber.cursor,
            through: self.head,
            subscriber.group.selection,
            limit: Self.sliceOfLog
        )
        guard slice.epoch == self.epoch else {
            // The next round begins with that.
            self.catchingUp.append(subscriber)
            return
        }
        if slice.isMissingEvents, let mirror = self.broker.mirror {
            return self.read(for: subscriber, from: mirror)
        }
        slice.truncate(toBytes: EngineMirror.sliceBytes)
        self.send(slice, to: subscriber)
    }

    /// Sends what comes next for a subscriber.
    func send(_ slice: LogSlice, to subscriber: Subscriber) {
        if slice.isMissingEvents, subscriber.gap == nil, !subscriber.mayBeginLater {
            self.broker.countOverrun()
            guard self.broker.configuration.overrunPolicy == .gap else { return self.end(subscriber, .overrun) }
            subscriber.gap = .overrun
        }
        subscriber.mayBeginLater = false
        let gap = subscriber.gap.take()
        let batch = self.replayBatches.batch(
            of: slice.records,
            gap: gap.map(GapFrames.frame),
            // Behind what is missing, so that a gap that is told is not told again.
            after: slice.records.first.map { $0.position.sequence - 1 } ?? slice.cursor,
            cursor: slice.cursor,
            subscriber.framing
        )
        if gap == nil, !slice.records.isEmpty { self.replays.insert(batch, for: subscriber) }
        self.send(batch, to: subscriber)
    }

    func send(_ batch: FrameBatch, to subscriber: Subscriber) {
        guard batch.bytes.readableBytes > 0 else {
            subscriber.cursor = batch.cursor
            return self.goOn(subscriber)
        }
        let sent = subscriber.send(batch)
        guard subscriber.state == .catchingUp else { return }
        self.count(sent, of: batch, for: subscriber)
        switch sent {
        case .all:
            subscriber.cursor = batch.cursor
            subscriber.lastTick = self.tick
            self.goOn(subscriber)
        case .some(let sequence):
            self.wait(for: subscriber, after: sequence)
        case .nothing:
            subscriber.cut(.client)
        }
    }

    private func goOn(_ subscriber: Subscriber) {
        if subscriber.cursor == self.head {
            self.join(subscriber)
        } else {
            self.catchingUp.append(subscriber)
        }
    }

    /// What follows is in another log. The client comes back with its last event ID, and is told so; it is given one, since
    /// who has had no event yet would come back without, and miss what is published until then.
    private func leaveOldLog(_ subscriber: Subscriber) {
        guard subscriber.epoch != self.store.position.epoch else {
            // It is this shard that is late; the next round is on its way.
            self.catchingUp.append(subscriber)
            return
        }
        let position = EventPosition(epoch: subscriber.epoch, sequence: subscriber.cursor)
        let bytes = Array("id: \(position.wireID)\n\n".utf8)
        self.end(subscriber, .replaced, subscriber.framing.buffer(bytes))
    }

    private func wait(aheadOfHead subscriber: Subscriber) {
        if self.isDrained, let drainPlan {
            return self.end(subscriber, .shutdown, drainPlan.lastBytes(subscriber.framing))
        }
        subscriber.state = .ahead
        self.ahead.append(subscriber)
    }

    /// Has those catch up whom the log has reached.
    func bringInThoseAhead() {
        let waiting = self.ahead
        self.ahead = []
        for subscriber in waiting where subscriber.state == .ahead {
            if subscriber.cursor > self.head, subscriber.epoch == self.epoch {
                self.ahead.append(subscriber)
            } else {
                subscriber.state = .catchingUp
                self.catchingUp.append(subscriber)
            }
        }
    }
}
