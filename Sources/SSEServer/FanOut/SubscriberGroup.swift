internal import SSEBroker

/// The subscribers of one event loop that want the same events, and have got all of them so far.
///
/// While a batch goes out, the members before ``next`` have got it. Whoever joins has everything already and so joins
/// them; whoever leaves is replaced so that the two parts stay apart.
@available(SwiftSSE 1.0, *)
final class SubscriberGroup {
    let selection: TopicSelection
    private(set) var members: ContiguousArray<Subscriber> = []

    /// How many subscribers hold on to this group, members or not.
    var subscriberCount = 0

    /// The events of the current round, before they become a batch.
    var records: [LogRecord] = []
    /// What goes out, for each framing that is asked for.
    var batches: [FrameBatch.Framing: FrameBatch] = [:]
    /// The first member that has not got it.
    private(set) var next = 0

    init(_ selection: TopicSelection) {
        self.selection = selection
    }

    func beginWalk() { self.next = 0 }

    /// The next member that has to get the batch.
    func popNext() -> Subscriber? {
        guard self.next < self.members.count else { return nil }
        defer { self.next += 1 }
        return self.members[self.next]
    }

    /// Whether a member has got what the current round brings.
    func hasServed(_ subscriber: Subscriber) -> Bool { self.records.isEmpty || subscriber.indexInGroup < self.next }

    func endWalk() {
        self.records.removeAll(keepingCapacity: true)
        self.batches = [:]
    }

    func insert(_ subscriber: Subscriber) {
        subscriber.indexInGroup = self.members.count
        self.members.append(subscriber)
        self.swap(self.members.count - 1, self.next)
        self.next += 1
    }

    func remove(_ subscriber: Subscriber) {
        var index = subscriber.indexInGroup
        if index < self.next {
            self.next -= 1
            self.swap(index, self.next)
            index = self.next
        }
        self.swap(index, self.members.count - 1)
        self.members.removeLast()
        subscriber.indexInGroup = -1
    }

    private func swap(_ first: Int, _ second: Int) {
        guard first != second, second < self.members.count else { return }
        self.members.swapAt(first, second)
        self.members[first].indexInGroup = first
        self.members[second].indexInGroup = second
    }
}
