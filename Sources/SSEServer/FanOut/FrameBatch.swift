internal import NIOCore
internal import SSEBroker

/// Events that go to the same subscribers at once: their bytes one after the other, built once for all of them.
@available(SwiftSSE 1.0, *)
struct FrameBatch {
    /// What a subscriber got up to a place in the bytes.
    struct Mark {
        /// Where an event's bytes end.
        let end: Int
        /// The event's number; that of the event before for what is no event of the log.
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

    let bytes: ByteBuffer
    let marks: [Mark]
    /// How many events of the log there are.
    let eventCount: Int
    /// The number up to which everything that is wanted is in here or was before.
    let cursor: UInt64

    /// Puts frames together.
    ///
    /// - Parameters:
    ///   - records: The events.
    ///   - gap: What tells of missing events, before all others.
    ///   - start: The number of the event before.
    ///   - cursor: The number up to which everything that is wanted is in here.
    ///   - framing: How the response carries them.
    init(
        _ records: some Collection<LogRecord>,
        gap: EventFrame? = nil,
        after start: UInt64,
        cursor: UInt64,
        _ framing: Framing
    ) {
        var marks: [Mark] = []
        marks.reserveCapacity(records.count + 1)
        var bytes = ByteBuffer()
        bytes.reserveCapacity(records.reduce(gap?.chunk.count ?? 0) { $0 + $1.frame.chunk.count })
        func append(_ frame: EventFrame, _ sequence: UInt64) {
            switch framing {
            case .chunked: bytes.writeBytes(frame.chunk)
            case .plain: bytes.writeBytes(frame.event)
            }
            marks.append(Mark(end: bytes.writerIndex, sequence: sequence))
        }
        if let gap { append(gap, start) }
        for record in records { append(record.frame, record.position.sequence) }
        self.bytes = bytes
        self.marks = marks
        self.eventCount = records.count
        self.cursor = cursor
    }

    /// The event that is cut when so many bytes have been taken: where it ends, and its number.
    func mark(cutAt count: Int) -> Mark {
        var range = self.marks.indices
        while range.count > 1 {
            let middle = range.lowerBound + (range.count - 1) / 2
            range = self.marks[middle].end <= count ? (middle + 1)..<range.upperBound : range.lowerBound..<(middle + 1)
        }
        return self.marks[range.lowerBound]
    }

    /// Whether the bytes are those of these events, and of nothing else.
    func consists(of records: some Collection<LogRecord>) -> Bool {
        self.eventCount == self.marks.count && self.marks.count == records.count
            && zip(self.marks, records).allSatisfy { $0.sequence == $1.position.sequence }
    }

    /// How many events and bytes those get who get everything up to an event.
    func size(through sequence: UInt64) -> (events: Int, bytes: Int) {
        guard let last = self.marks.lastIndex(where: { $0.sequence <= sequence }) else { return (0, 0) }
        return (last + 1 - (self.marks.count - self.eventCount), self.marks[last].end)
    }
}
