internal import DequeModule

/// The subscriptions that have begun or ended and that nobody has been told of yet, in the order in which they did.
///
/// Bounded: the oldest are dropped, and counted, when there are too many. A subscriber that came and went while it waited
/// here is nothing to be told.
struct SubscriptionChanges: Sendable {
    struct Change: Sendable {
        let subscription: ActiveSubscription
        let isActive: Bool
    }

    /// A subscriber that has come or left, with its subscriptions that are still to be told of.
    private struct Entry: Sendable {
        let subscriber: String
        var subscriptions: ArraySlice<ActiveSubscription>
        let isActive: Bool
        /// Whether some of them have been told of.
        var hasBegun = false
    }

    private let maximumCount: Int
    private let maximumBytes: Int
    private var entries: Deque<Entry?> = []
    /// How many entries have been taken out before those that there are.
    private var offset = 0
    /// Where the entry of a subscriber is that has come.
    private var arrivals: [String: Int] = [:]
    private var byteCount = 0
    private var droppedCount = 0
    /// How many changes wait.
    private(set) var count = 0

    /// - Parameters:
    ///   - maximumCount: The most changes that wait.
    ///   - maximumBytes: The most bytes that they have, roughly.
    init(maximumCount: Int = 16_384, maximumBytes: Int = 16 * 1024 * 1024) {
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
    }

    var isEmpty: Bool { self.count == 0 }

    /// Adds what has begun or ended.
    mutating func insert(_ subscriber: String, _ subscriptions: [ActiveSubscription], isActive: Bool) {
        if !isActive, let index = self.arrivals.removeValue(forKey: subscriber),
            let entry = self.entries[index - self.offset], !entry.hasBegun
        {
            self.entries[index - self.offset] = nil
            self.count(out: entry.subscriptions)
            self.removeGaps()
            return
        }
        if isActive { self.arrivals[subscriber] = self.offset + self.entries.count }
        self.entries.append(Entry(subscriber: subscriber, subscriptions: subscriptions[...], isActive: isActive))
        self.count += subscriptions.count
        self.byteCount += subscriptions.reduce(0) { $0 + $1.cost }
        while self.count > self.maximumCount || self.byteCount > self.maximumBytes { self.dropOldest() }
    }

    /// Takes the oldest changes out. Those of a batch that are of one subscriber are of the same kind.
    mutating func next(atMost limit: Int) -> [Change] {
        var changes: [Change] = []
        var subscribers: Set<String> = []
        while changes.count < limit, var entry = self.entries.first ?? nil {
            guard subscribers.insert(entry.subscriber).inserted else { break }
            let taken = entry.subscriptions.prefix(limit - changes.count)
            changes += taken.map { Change(subscription: $0, isActive: entry.isActive) }
            self.count(out: taken)
            entry.subscriptions = entry.subscriptions.dropFirst(taken.count)
            entry.hasBegun = true
            if entry.subscriptions.isEmpty {
                self.removeFirst(entry)
            } else {
                self.entries[0] = entry
            }
        }
        return changes
    }

    /// How many changes have been dropped since this was asked.
    mutating func takeDroppedCount() -> Int {
        defer { self.droppedCount = 0 }
        return self.droppedCount
    }

    private mutating func dropOldest() {
        guard var entry = self.entries.first ?? nil, let oldest = entry.subscriptions.first else { return }
        self.droppedCount += 1
        self.count(out: [oldest])
        entry.subscriptions.removeFirst()
        entry.hasBegun = true
        if entry.subscriptions.isEmpty { self.removeFirst(entry) } else { self.entries[0] = entry }
    }

    private mutating func removeFirst(_ entry: Entry) {
        if self.arrivals[entry.subscriber] == self.offset { self.arrivals[entry.subscriber] = nil }
        self.entries.removeFirst()
        self.offset += 1
        self.removeGaps()
    }

    /// Keeps an entry at the front, so that what is nothing any more takes no room for long.
    private mutating func removeGaps() {
        while let first = self.entries.first, first == nil {
            self.entries.removeFirst()
            self.offset += 1
        }
    }

    private mutating func count(out subscriptions: some Collection<ActiveSubscription>) {
        self.count -= subscriptions.count
        self.byteCount -= subscriptions.reduce(0) { $0 + $1.cost }
    }
}

extension ActiveSubscription {
    /// The bytes of memory that it takes, roughly, without the payload, which all of a subscriber share.
    fileprivate var cost: Int { self.id.utf8.count + self.selector.utf8.count + self.subscriber.utf8.count + 128 }
}
