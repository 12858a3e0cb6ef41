#if NATS
internal import SSEBroker

/// How topics are written as subjects, and read back.
///
/// A slash becomes the dot between a subject's parts, so that servers select what is below a topic: `books/1` is
/// `sse.books.1`, which `sse.books.*` matches. Letters, digits and `-_~:@!$&'()+,;=` stand for themselves, other bytes are
/// escaped; an empty part, as between the slashes of `https://`, is a lone `%`. A topic that becomes too long is a hash,
/// and is read from a header.
@available(SwiftSSE 1.0, *)
struct SubjectEncoding: Sendable {
    /// The longest subject of a topic, in bytes behind the prefix, and the most parts: servers read a subject and what
    /// else is in its line into 4,096 bytes, and look through the parts one by one.
    static let maximumByteCount = 512
    static let maximumPartCount = 32

    /// What stands before a hash; no topic is written so.
    private static let hashMark = "%H"

    private let prefix: String

    init(prefix: String) {
        self.prefix = prefix + "."
    }

    /// What a stream has to take in.
    var allSubjects: String { self.prefix + ">" }

    /// A topic's subject.
    ///
    /// - Returns: The subject, and whether the topic can be read from it.
    func subject(of topic: Topic) -> (subject: String, isReadable: Bool) {
        var bytes = Array(self.prefix.utf8)
        bytes.reserveCapacity(self.prefix.utf8.count + topic.rawValue.utf8.count + 16)
        var partCount = 1
        var isPartEmpty = true
        for byte in topic.rawValue.utf8 {
            guard byte == UInt8(ascii: "/") else {
                PercentText.append(byte, to: &bytes, isKept: byte.isKeptInSubject)
                isPartEmpty = false
                continue
            }
            if isPartEmpty { bytes.append(UInt8(ascii: "%")) }
            bytes.append(UInt8(ascii: "."))
            partCount += 1
            isPartEmpty = true
        }
        if isPartEmpty { bytes.append(UInt8(ascii: "%")) }
        guard bytes.count - self.prefix.utf8.count <= Self.maximumByteCount, partCount <= Self.maximumPartCount else {
            return (self.prefix + Self.hashMark + "." + Self.hash(topic), false)
        }
        return (String(decoding: bytes, as: UTF8.self), true)
    }

    /// The topic that a subject stands for.
    ///
    /// - Returns: `nil` if it stands for none: it is a hash, begins otherwise, or cannot be a topic.
    func topic(of subject: UnsafePointer<CChar>) -> Topic? {
        let bytes = subject.bytes
        guard bytes.starts(with: self.prefix.utf8) else { return nil }
        var text = ""
        for (index, part) in bytes.dropFirst(self.prefix.utf8.count)
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).enumerated()
        {
            if index > 0 { text += "/" }
            // A lone mark is an empty part.
            if part.count == 1, part.first == UInt8(ascii: "%") { continue }
            guard let part = PercentText.read(part) else { return nil }
            text += part
        }
        // Without the room that it has grown.
        return try? Topic(String(decoding: Array(text.utf8), as: UTF8.self))
    }

    /// Short, and the same everywhere. Two topics may well share a subject; the header tells them apart.
    private static func hash(_ topic: Topic) -> String {
        let hash = FNV.hash(topic.rawValue.utf8)
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension UInt8 {
    fileprivate var isKeptInSubject: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"),
            UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: ","),
            UInt8(ascii: ";"), UInt8(ascii: "="):
            true
        default: false
        }
    }
}

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
