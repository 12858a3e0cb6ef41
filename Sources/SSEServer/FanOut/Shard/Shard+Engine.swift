internal import NIOCore
internal import SSEBroker

/// A piece of an engine's log, by what it is wanted for: those who want the same share it.
@available(SwiftSSE 1.0, *)
struct EngineRead: Hashable {
    let selection: TopicSelection
    let position: EventPosition

    init(_ cursor: LogCursor) {
        self.selection = cursor.selection
        self.position = cursor.position
    }
}

// Those who are so far behind that what they want has left this process's log, and is in the engine's.
@available(SwiftSSE 1.0, *)
extension Shard {
    /// Reads from the engine what comes next for a subscriber.
    func askEngine(for index: Int) {
        guard let mirror = self.broker.mirror else { return }
        let read = EngineRead(self.slots[index].machine.cursor)
        let id = self.slots[index].id
        guard self.reading[read] == nil else {
            self.reading[read]?.append(id)
            return
        }
        self.reading[read] = [id]
        // What is on its way needs this event loop, also when nobody waits for it any more.
        self.places.take()
        let (eventLoop, bound) = (self.eventLoop, NIOLoopBound(self, eventLoop: self.eventLoop))
        mirror.read(after: read.position, read.selection, limit: Self.sliceOfLog) { result in
            let (end, continuation) = AsyncStream<Never>.makeStream()
            eventLoop.execute {
                bound.value.finish(read, result)
                continuation.finish()
            }
            // Waited for, so that no more is read than the event loop can take; but not by a broker that ends, since an
            // event loop that has been shut down takes nothing.
            for await _ in end {}
        } refuse: { error in
            eventLoop.execute { bound.value.finish(read, .failure(error)) }
        }
    }

    private func finish(_ read: EngineRead, _ result: Result<LogSlice, BrokerError>) {
        self.inbox.hold {
            // Who was sent something else meanwhile, or left, waits no more.
            let waiting = (self.reading.removeValue(forKey: read) ?? []).compactMap { self.streams[$0] }.filter {
                let machine = self.slots[$0].machine
                return machine.state == .reading && machine.cursor.position == read.position
            }
            switch result {
            case .success(var slice):
                // What is behind that comes with the next round.
                slice.truncate(through: self.head)
                var budget = MatchBudget(Self.turnBudget)
                for (count, index) in waiting.enumerated() {
                    // Somebody may wait twice who was blocked meanwhile.
                    guard self.slots[index].machine.state == .reading else { continue }
                    // In the queue, so that the loop looks after its other work; and now, if it has the time.
                    self.feed(index) { machine, _ in machine.engineAnswered() }
                    guard count < self.configuration.sliceLength, read.position.epoch == self.epoch else { continue }
                    // Those who are of one group share the bytes as well.
                    if self.sendReplay(to: index) { continue }
                    var slice = slice
                    self.tellTopics(of: &slice, to: index, &budget)
                    self.turn(index, slice)
                }
            case .failure(let error):
                for index in waiting {
                    self.feed(index) { $0.engineFailed(isFinal: error.code == .closed, $1) }
                }
            }
        }
        self.places.giveBack()
    }

    /// Asks the engine again for those that it has not answered.
    func askAgain() {
        let waiting = self.unanswered
        self.unanswered = []
        for id in waiting {
            if let index = self.streams[id] { self.feed(index) { machine, _ in machine.askAgain() } }
        }
    }
}
