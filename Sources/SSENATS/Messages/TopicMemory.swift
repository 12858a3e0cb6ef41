#if NATS
internal import SSEBroker

/// The topics of the subjects that came last, since streams are about the same things again and again and reading a subject
/// is a good part of the work on a message.
@available(SwiftSSE 1.0, *)
struct TopicMemory {
    private struct Entry {
        var subject: [UInt8] = []
        var topics: [Topic] = []
    }

    /// A power of 2. Each subject has one place, which it may have to share.
    private static let count = 256

    /// None until there is something to remember.
    private var entries: [Entry] = []

    /// The topic of a subject, as the one topic of an event.
    ///
    /// - Parameter read: Reads a subject that is not known; what it cannot read is not remembered.
    mutating func topics(of subject: UnsafePointer<CChar>, read: (UnsafePointer<CChar>) -> Topic?) -> [Topic]? {
        let bytes = subject.bytes
        let hash = FNV.hash(bytes)
        // Folded, since the low bits alone say little.
        let index = Int(truncatingIfNeeded: hash ^ hash >> 32) & (Self.count - 1)
        if !self.entries.isEmpty, self.entries[index].subject.elementsEqual(bytes), !self.entries[index].topics.isEmpty
        {
            return self.entries[index].topics
        }
        guard let topic = read(subject) else { return nil }
        if self.entries.isEmpty { self.entries = [Entry](repeating: Entry(), count: Self.count) }
        self.entries[index] = Entry(subject: Array(bytes), topics: [topic])
        return self.entries[index].topics
    }
}
#endif
