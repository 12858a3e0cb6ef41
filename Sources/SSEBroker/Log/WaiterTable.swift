/// The tasks that wait at the end of a log, found by the topics that they wait for.
@available(SwiftSSE 1.0, *)
struct WaiterTable: Sendable {
    struct Waiter: Sendable {
        let selection: TopicSelection
        let continuation: CheckedContinuation<LogWait, Never>
    }

    private var waiters: [UInt64: Waiter] = [:]
    private var idsOfTopics: [Topic: Set<UInt64>] = [:]
    /// Those who wait for more than topics by name.
    private var others: Set<UInt64> = []
    private var lastID: UInt64 = 0

    var count: Int { self.waiters.count }

    mutating func makeID() -> UInt64 {
        self.lastID += 1
        return self.lastID
    }

    mutating func insert(_ waiter: Waiter, id: UInt64) {
        self.waiters[id] = waiter
        if !waiter.selection.wanted.isExact {
            self.others.insert(id)
        } else {
            for topic in waiter.selection.wanted.exactTopics { self.idsOfTopics[topic, default: []].insert(id) }
        }
    }

    @discardableResult
    mutating func remove(_ id: UInt64) -> Waiter? {
        guard let waiter = self.waiters.removeValue(forKey: id) else { return nil }
        guard self.others.remove(id) == nil else { return waiter }
        for topic in waiter.selection.wanted.exactTopics {
            self.idsOfTopics[topic]?.remove(id)
            if self.idsOfTopics[topic]?.isEmpty == true { self.idsOfTopics[topic] = nil }
        }
        return waiter
    }

    mutating func removeAll() -> [Waiter] {
        defer {
            self.waiters = [:]
            self.idsOfTopics = [:]
            self.others = []
        }
        return Array(self.waiters.values)
    }

    func contains(_ id: UInt64) -> Bool { self.waiters[id] != nil }

    /// Takes out those who may want an event, with what they are told.
    ///
    /// Topics are looked up by name. Nothing is compared with a template or a grant, which takes time that everybody would
    /// wait for: whoever has some is woken, and looks.
    mutating func take(for record: LogRecord) -> [(Waiter, LogWait)] {
        guard !self.waiters.isEmpty else { return [] }
        var ids = self.others
        for topic in record.topics { if let waiting = self.idsOfTopics[topic] { ids.formUnion(waiting) } }
        let result = LogWait.appended(after: record.position.sequence - 1)
        return ids.compactMap { id in self.remove(id).map { ($0, result) } }
    }
}

/// Why somebody who waited at the end of a log waits no more.
@available(SwiftSSE 1.0, *)
enum LogWait: Sendable, Hashable {
    /// There is something to read behind this sequence number; nothing before it was wanted, if it is behind the place
    /// that was waited at.
    case appended(after: UInt64)

    /// There will be nothing more.
    case closed

    /// The task was cancelled.
    case cancelled
}
