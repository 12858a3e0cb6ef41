internal import DequeModule

/// Remembers for a while which keys have been published, so that publishing again does no harm.
@available(SwiftSSE 1.0, *)
struct IdempotencyWindow: Sendable {
    private struct Entry {
        let key: String
        let time: Duration
    }

    private let span: Duration
    private let limit: Int
    private var receipts: [String: PublishReceipt] = [:]
    private var entries: Deque<Entry> = []

    init(span: Duration, limit: Int) {
        self.span = span
        self.limit = limit
    }

    /// What was answered when a key was published, if that is not too long ago.
    mutating func receipt(for key: String, at time: Duration) -> PublishReceipt? {
        while let entry = self.entries.first, time - entry.time > self.span { self.removeFirst() }
        return self.receipts[key]
    }

    mutating func insert(_ receipt: PublishReceipt, for key: String, at time: Duration) {
        if self.entries.count >= self.limit { self.removeFirst() }
        self.entries.append(Entry(key: key, time: time))
        self.receipts[key] = receipt
    }

    private mutating func removeFirst() {
        if let entry = self.entries.popFirst() { self.receipts[entry.key] = nil }
    }
}
