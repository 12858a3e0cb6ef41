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
