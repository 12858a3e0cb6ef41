internal import NIOCore
internal import SSEBroker

/// Events that go to the same subscribers at once: their bytes one after the other, built once for all of them.
@available(SwiftSSE 1.0, *)
struct FrameBatch {
    /// An event's end in the bytes.
    struct Mark {
        let end: Int
        /// The event's number.
        let sequence: UInt64
    }

    /// How a response carries the events.
    enum Framing: UInt8 {
        /// A chunk of HTTP/1.1 each.
        case chunked
        /// As they are: for clients of HTTP/1.0, and where handlers frame.
        case plain

        /// Frames bytes that are no event of the log.
        func buffer(_ bytes: [UInt8]) -> ByteBuffer {
            guard self == .chunked else { return ByteBuffer(bytes: bytes) }
            // RFC 9112, section 7.1.
            return ByteBuffer(bytes: Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
        }
    }

    /// The ``owner`` of bytes that all subscribers get alike.
    static let everybody: UInt64 = 0

    let bytes: ByteBuffer
    let marks: [Mark]
    /// The life of the log that the events are of.
    let epoch: UInt64
    /// The number up to which everything that is wanted is in here or was before.
    let cursor: UInt64
    /// The number of the group whose own bytes these are, ``everybody`` if they are no group's own.
    let owner: UInt64
    /// A Boolean value that indicates whether the publisher chose the last event's id.
    private let isLastIDOwn: Bool

    /// Puts frames together.
    ///
    /// - Parameters:
    ///   - records: The events, at least one.
    ///   - cursor: The number up to which everything that is wanted is in here.
    ///   - framing: How the response carries them.
    ///   - owner: The number of the group whose own bytes these are.
    init(
        _ records: some Collection<LogRecord>,
        cursor: UInt64,
        _ framing: Framing,
        owner: UInt64 = Self.everybody
    ) {
        var marks: [Mark] = []
        marks.reserveCapacity(records.count)
        var bytes = ByteBuffer()
        bytes.reserveCapacity(records.reduce(0) { $0 + $1.frame.chunk.count })
        var isLastIDOwn = false
        var epoch: UInt64 = 0
        for record in records {
            switch framing {
            case .chunked: bytes.writeBytes(record.frame.chunk)
            case .plain: bytes.writeBytes(record.frame.event)
            }
            marks.append(Mark(end: bytes.writerIndex, sequence: record.position.sequence))
            isLastIDOwn = record.publisherID != nil
            epoch = record.position.epoch
        }
        self.bytes = bytes
        self.marks = marks
        self.epoch = epoch
        self.cursor = cursor
        self.owner = owner
        self.isLastIDOwn = isLastIDOwn
    }

    var eventCount: Int { self.marks.count }

    /// How far a client has come that has got all of it.
    var end: StreamPosition {
        StreamPosition(cursor: self.cursor, id: self.marks.last?.sequence ?? self.cursor, isOwnID: self.isLastIDOwn)
    }

    /// How far a client has come that has got the bytes up to a mark.
    func position(at mark: Mark) -> StreamPosition {
        guard mark.sequence != self.marks.last?.sequence else { return self.end }
        // Whose id that is, is not worth remembering for each event: the client soon gets more.
        return StreamPosition(cursor: mark.sequence, id: mark.sequence, isOwnID: false)
    }

    /// The place of an event's bytes.
    func range(at index: Int) -> Range<Int> {
        (index == 0 ? 0 : self.marks[index - 1].end)..<self.marks[index].end
    }

    /// The index of the event that is cut when so many bytes have been taken.
    func index(cutAt count: Int) -> Int {
        var range = self.marks.indices
        while range.count > 1 {
            let middle = range.lowerBound + (range.count - 1) / 2
            range = self.marks[middle].end <= count ? (middle + 1)..<range.upperBound : range.lowerBound..<(middle + 1)
        }
        return range.lowerBound
    }

    /// Whether the bytes are those of these events, and of nothing else.
    func consists(of records: some Collection<LogRecord>) -> Bool {
        self.marks.count == records.count
            && zip(self.marks, records).allSatisfy { $0.sequence == $1.position.sequence }
    }

    /// How many events and bytes those get who get everything up to an event.
    func size(through sequence: UInt64) -> (events: Int, bytes: Int) {
        guard let last = self.marks.lastIndex(where: { $0.sequence <= sequence }) else { return (0, 0) }
        return (last + 1, self.marks[last].end)
    }
}

/// How far a stream has come: what its client has got, and what its last event ID says.
@available(SwiftSSE 1.0, *)
struct StreamPosition: Equatable {
    /// The number up to which everything that is wanted has been sent.
    var cursor: UInt64
    /// The number of the event whose id was sent last.
    var id: UInt64
    /// Whether that id is one that a publisher chose.
    var isOwnID: Bool
}

/// Makes batches, and hands out the last one again to whoever gets just the same events: groups differ by what they may
/// have as well as by what they want, and where each subscriber has rights of its own nearly all that is sent is the
/// same.
@available(SwiftSSE 1.0, *)
struct BatchMaker {
    /// The last batch of each framing.
    private var last: [FrameBatch.Framing: FrameBatch] = [:]

    /// How many batches have been put together.
    private(set) var count = 0

    /// Makes a batch, as ``FrameBatch/init(_:cursor:_:owner:)`` does.
    mutating func batch(
        of records: some Collection<LogRecord>,
        cursor: UInt64,
        _ framing: FrameBatch.Framing,
        owner: UInt64 = FrameBatch.everybody
    ) -> FrameBatch {
        guard owner == FrameBatch.everybody else {
            // The bytes are of this group alone, which keeps them itself.
            self.count += 1
            return FrameBatch(records, cursor: cursor, framing, owner: owner)
        }
        if let known = self.last[framing], known.cursor == cursor, known.consists(of: records) { return known }
        let batch = FrameBatch(records, cursor: cursor, framing)
        self.count += 1
        self.last[framing] = batch
        return batch
    }

    /// Lets go of the last batches, so that no bytes are held when there is nothing to do.
    mutating func removeAll() {
        if !self.last.isEmpty { self.last = [:] }
    }
}
