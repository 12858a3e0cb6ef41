#if NATS
internal import CNats
internal import SSEBroker

/// The topics of the subjects that came last, since streams are about the same things again and again and reading a subject
/// is a good part of the work on a message.
@available(SwiftSSE 1.0, *)
struct TopicMemory {
    private struct Entry {
        /// With the 0 at the end.
        var subject: [CChar] = []
        var topics: [Topic] = []
    }

    /// A power of 2. Each subject has one place, which it may have to share.
    private static let count = 256

    private var entries = [Entry](repeating: Entry(), count: Self.count)

    /// The topic of a subject, as the one topic of an event.
    ///
    /// - Parameter read: Reads a subject that is not known; what it cannot read is not remembered.
    mutating func topics(of subject: UnsafePointer<CChar>, read: (UnsafePointer<CChar>) -> Topic?) -> [Topic]? {
        let (hash, byteCount) = Self.hash(subject)
        let index = Int(truncatingIfNeeded: hash) & (Self.count - 1)
        let entry = self.entries[index]
        let isKnown = entry.subject.withUnsafeBufferPointer { known in
            known.count == byteCount + 1 && UnsafeRawBufferPointer(known).elementsEqual(subject.bytes(byteCount + 1))
        }
        if isKnown { return entry.topics }
        guard let topic = read(subject) else { return nil }
        let copy = UnsafeBufferPointer(start: subject, count: byteCount + 1)
        self.entries[index] = Entry(subject: Array(copy), topics: [topic])
        return self.entries[index].topics
    }

    /// FNV-1a with 64 bits, folded so that its low bits are of use, and the number of bytes.
    private static func hash(_ subject: UnsafePointer<CChar>) -> (hash: UInt64, byteCount: Int) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var index = 0
        while subject[index] != 0 {
            hash ^= UInt64(UInt8(bitPattern: subject[index]))
            hash &*= 0x0000_0100_0000_01B3
            index += 1
        }
        return (hash ^ hash >> 32, index)
    }
}
#endif
