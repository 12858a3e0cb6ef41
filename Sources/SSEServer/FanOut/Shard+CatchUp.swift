internal import NIOCore
internal import SSEBroker

// Those who are behind: they read the log from their cursor until they are where the others are.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// The most bytes that one who catches up gets in a turn.
    private static let replayBytes = 64 * 1024

    /// Sends a piece of the log to one who is behind.
    func catchUp(_ subscriber: Subscriber) {
        guard subscriber.state == .catchingUp else { return }
        guard subscriber.cursor <= self.head else {
            // It knows more of the log than this shard has read; the next round is on its way.
            self.catchingUp.append(subscriber)
            return
        }
        guard let batch = self.replay(for: subscriber) else {
            self.broker.countOverrun()
            self.end(subscriber, .overrun)
            return
        }
        guard batch.bytes.readableBytes > 0 else {
            subscriber.cursor = batch.cursor
            self.goOn(subscriber)
            return
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

    /// The next piece of the log for a subscriber, `nil` if some of it is gone and the stream is to end for that.
    private func replay(for subscriber: Subscriber) -> FrameBatch? {
        if subscriber.gap == nil, let known = self.replays[subscriber] { return known }
        var slice = self.store.read(
            after: subscriber.cursor,
            through: self.head,
            subscriber.group.selection,
            limit: Self.sliceOfLog
        )
        slice.truncate(toBytes: Self.replayBytes)
        if slice.isMissingEvents, subscriber.gap == nil {
            guard self.broker.configuration.overrunPolicy == .gap else { return nil }
            self.broker.countOverrun()
            subscriber.gap = .overrun
        }
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
        return batch
    }
}
