/// Pieces of the log that were read for a subscriber who is behind, for others who are behind at the same place: after a
/// cut that hits everybody, thousands come back with the same last event ID.
@available(SwiftSSE 1.0, *)
struct ReplayCache {
    struct Key: Hashable {
        let group: ObjectIdentifier
        let cursor: UInt64
        let framing: FrameBatch.Framing

        init(_ subscriber: Subscriber) {
            self.group = ObjectIdentifier(subscriber.group)
            self.cursor = subscriber.cursor
            self.framing = subscriber.framing
        }
    }

    /// So few that they hold little memory.
    private static let limit = 64

    private var batches: [Key: FrameBatch] = [:]

    subscript(key: Key) -> FrameBatch? { self.batches[key] }

    mutating func insert(_ batch: FrameBatch, for key: Key) {
        if self.batches.count >= Self.limit { self.batches.removeAll(keepingCapacity: true) }
        self.batches[key] = batch
    }

    mutating func removeAll() {
        if !self.batches.isEmpty { self.batches = [:] }
    }
}
