/// A name by which events are found: a topic, or an id that a publisher has chosen.
protocol IndexedName: Hashable, Sendable {
    var text: String { get }
}

@available(SwiftSSE 1.0, *)
extension Topic: IndexedName {
    var text: String { self.rawValue }
}

extension String: IndexedName {
    var text: String { self }
}

/// The numbers of the events with a name, for each name. A name is held once, however many events have it.
@available(SwiftSSE 1.0, *)
struct NameIndex<Name: IndexedName>: Sendable {
    private(set) var lists: [Name: LeanDeque<UInt64>] = [:]
    /// The bytes of the names, and of the lists' numbers.
    private var contentByteCount = 0

    /// The bytes of memory that the index takes, with the names.
    var byteCount: Int {
        // A dictionary doubles its room; what it is about to need counts, so that nothing jumps when it does.
        let capacity = max(self.lists.capacity, 2 * self.lists.count)
        return self.contentByteCount
            + HeldBytes.dictionary(capacity: capacity, stride: MemoryLayout<(Name, LeanDeque<UInt64>)>.stride)
    }

    /// Adds a number, once for an event that has its name twice.
    ///
    /// - Returns: The name as it is held already, so that the event can share its text, and the number of the newest event
    ///   that has it; `nil` if the name is new.
    mutating func append(_ sequence: UInt64, to name: Name) -> (name: Name, last: UInt64)? {
        guard let index = self.lists.index(forKey: name) else {
            var list = LeanDeque<UInt64>()
            list.append(sequence)
            self.lists[name] = list
            self.contentByteCount += HeldBytes.text(name.text) + list.byteCount
            return nil
        }
        let last = self.lists.values[index].elements.last ?? sequence
        if last != sequence {
            self.contentByteCount -= self.lists.values[index].byteCount
            self.lists.values[index].append(sequence)
            self.contentByteCount += self.lists.values[index].byteCount
        }
        return (self.lists.keys[index], last)
    }

    /// Removes the oldest number of a name, and the name when it was the last.
    mutating func remove(_ sequence: UInt64, from name: Name) {
        guard let index = self.lists.index(forKey: name), self.lists.values[index].elements.first == sequence else {
            return
        }
        self.contentByteCount -= self.lists.values[index].byteCount
        if self.lists.values[index].elements.count == 1 {
            self.contentByteCount -= HeldBytes.text(name.text)
            self.lists.remove(at: index)
            self.giveBack()
        } else {
            _ = self.lists.values[index].removeFirst()
            self.contentByteCount += self.lists.values[index].byteCount
        }
    }

    /// Makes the storage anew when little of it is in use.
    private mutating func giveBack() {
        let count = self.lists.count
        guard self.lists.capacity > 64, count < self.lists.capacity / 8 else { return }
        var lists: [Name: LeanDeque<UInt64>] = [:]
        lists.reserveCapacity(count)
        for (name, list) in self.lists { lists[name] = list }
        self.lists = lists
    }
}

/// When the topics of the events that have left a log had their last one there.
///
/// Whoever names the topics that it wants, and is a little late in reading, has missed nothing as long as none of what
/// has left was for it: without this, a burst on other topics would be a gap for everybody.
///
/// Topics are known by their hashes: if two have the same one, a gap may be told that is none. What was
/// noted longest ago is forgotten when there are too many.
@available(SwiftSSE 1.0, *)
struct DepartedTopics: Sendable {
    /// The most topics that are noted since some number, and as many before it.
    private let limit: Int
    private var newer: [Int: UInt64] = [:]
    private var older: [Int: UInt64] = [:]
    /// The numbers up to which nothing is known, and up to which what is known is among the older.
    private var forgotten: UInt64
    private var turn: UInt64

    /// - Parameters:
    ///   - start: The number behind which events are noted.
    ///   - bytes: The most bytes to take, about.
    init(after start: UInt64, bytes: Int) {
        self.limit = min(max(1, bytes / 96), 8192)
        self.forgotten = start
        self.turn = start
    }

    /// Bytes of memory that this takes.
    var byteCount: Int {
        HeldBytes.dictionary(capacity: max(self.newer.capacity, 2 * self.newer.count), stride: 16)
            + HeldBytes.dictionary(capacity: self.older.capacity, stride: 16)
    }

    /// Notes an event that leaves the log; they leave it in order.
    mutating func note(_ topics: [Topic], of sequence: UInt64) {
        for topic in topics {
            self.newer[topic.hashValue] = sequence
            guard self.newer.count > self.limit else { continue }
            (self.older, self.newer) = (self.newer, [:])
            (self.forgotten, self.turn) = (self.turn, sequence)
        }
    }

    /// Whether one of some topics may have had an event behind a number that has left the log.
    func mayHaveHad(_ topics: [Topic], after sequence: UInt64) -> Bool {
        guard sequence >= self.forgotten else { return true }
        return topics.contains { topic in
            let hash = topic.hashValue
            return (self.newer[hash] ?? self.older[hash] ?? 0) > sequence
        }
    }
}
