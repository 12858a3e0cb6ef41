/// Pieces of the log that were read for a subscriber who is behind, for others who are behind at the same place: after a
/// cut that hits everybody, thousands come back with the same last event ID.
@available(SwiftSSE 1.0, *)
struct ReplayCache {
    private struct Key: Hashable {
        let group: ObjectIdentifier
        let cursor: UInt64
        let framing: FrameBatch.Framing

        init(_ slot: StreamSlot) {
            self.group = ObjectIdentifier(slot.group)
            self.cursor = slot.machine.cursor.position.sequence
            self.framing = slot.outlet.framing
        }
    }

    /// So few that they hold little memory.
    private static let limit = 64

    private struct Entry {
        let batch: FrameBatch
        /// Held, so that no other group gets the identity that the key is made of.
        let group: SubscriberGroup
    }

    private var entries: [Key: Entry] = [:]

    /// The piece that comes next for a subscriber.
    subscript(slot: StreamSlot) -> FrameBatch? { self.entries[Key(slot)]?.batch }

    /// Remembers what comes next for a subscriber.
    mutating func insert(_ batch: FrameBatch, for slot: StreamSlot) {
        if self.entries.count >= Self.limit { self.entries.removeAll(keepingCapacity: true) }
        self.entries[Key(slot)] = Entry(batch: batch, group: slot.group)
    }

    mutating func removeAll() {
        if !self.entries.isEmpty { self.entries = [:] }
    }
}
