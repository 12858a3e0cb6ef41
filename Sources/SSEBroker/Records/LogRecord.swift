public import ServerSentEvents

/// An event in the log.
@available(SwiftSSE 1.0, *)
public struct LogRecord: Sendable {
    /// Where the event stands.
    public let position: EventPosition

    /// What the event is about; the first topic is canonical.
    public internal(set) var topics: [Topic]

    /// Whether only subscribers get the event whom ``TopicSelection/grants`` allow it.
    public let isPrivate: Bool

    /// The event's bytes.
    public private(set) var frame: EventFrame

    /// The id that the publisher chose, `nil` if the position is the id.
    public internal(set) var publisherID: String?

    /// Milliseconds since 1970, ``noTime`` if nobody knows.
    private let milliseconds: Int64
    private static let noTime = Int64.min

    /// The time at which the event was stored, since 1970 (UTC), in milliseconds; `nil` if its engine does not say. By
    /// this ``ResumePoint/since(_:)`` finds events.
    public var time: Duration? { self.milliseconds == Self.noTime ? nil : .milliseconds(self.milliseconds) }

    /// Makes a record of an event that an engine has put into its order.
    ///
    /// - Parameters:
    ///   - position: Where the event stands.
    ///   - topics: What the event is about.
    ///   - event: The event. If it has no id, the position becomes its id.
    ///   - isPrivate: Whether only subscribers get it who are allowed to.
    ///   - time: When the event was stored, as the time since 1970 (UTC); `nil` if that is not known.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidEvent`` if the event cannot be encoded.
    public init(
        position: EventPosition,
        topics: [Topic],
        event: ServerSentEvent,
        isPrivate: Bool = false,
        time: Duration? = nil
    ) throws(BrokerError) {
        self.position = position
        self.topics = topics
        self.isPrivate = isPrivate
        self.milliseconds = time.map(\.wholeMilliseconds) ?? Self.noTime
        self.publisherID = event.id?.rawValue
        self.frame = event.id == nil ? try EventFrame(event, at: position) : try EventFrame(event)
    }

    /// Makes what stands for a number of an engine's log that has no event, because it was deleted there or is none: a
    /// record without a topic, which no selection matches.
    ///
    /// - Parameter position: The number.
    /// - Returns: A private record without topics and data.
    public static func hole(at position: EventPosition) -> LogRecord { LogRecord(holeAt: position) }

    private static let emptyFrame = Result { () throws(BrokerError) in try EventFrame(ServerSentEvent(data: "")) }

    private init(holeAt position: EventPosition) {
        self.position = position
        self.topics = []
        self.isPrivate = true
        self.milliseconds = Self.noTime
        self.publisherID = nil
        guard case .success(let frame) = Self.emptyFrame else {
            preconditionFailure("An event without data can be encoded.")
        }
        self.frame = frame
    }

    /// The same record, whose bytes have lines before those of the event.
    ///
    /// - Parameter fields: Whole lines of fields whose names the format does not know, so that the event stays what
    ///   it is (HTML Standard, section 9.2.6).
    package func preceded(by fields: [UInt8]) -> LogRecord {
        var record = self
        record.frame = EventFrame(fields, before: self.frame)
        return record
    }

    /// Whether this stands for a number without an event.
    public var isHole: Bool { self.topics.isEmpty }

    /// About how many bytes of memory the event takes by itself: those of its frame, of its topics, with 16 for the
    /// place of each, and of the id that its publisher chose.
    ///
    /// By this whoever reads or holds events bounds how many.
    public var byteCount: Int {
        self.topics.reduce(self.frame.chunk.count + (self.publisherID?.utf8.count ?? 0)) {
            $0 + $1.rawValue.utf8.count + MemoryLayout<Topic>.stride
        }
    }

    /// The bytes of memory that the event takes in a log beside its place and its texts, which it may share with
    /// others.
    var ownByteCount: Int {
        HeldBytes.array(capacity: self.frame.chunk.capacity, stride: 1)
            + HeldBytes.array(capacity: self.topics.capacity, stride: MemoryLayout<Topic>.stride)
    }

    /// The event's id on the wire.
    public var id: String { self.publisherID ?? self.position.wireID }

    /// The event, read back from its bytes.
    public var event: ServerSentEvent {
        var parser = EventStreamParser(
            configuration: .init(limits: EventStreamLimits(lineBytes: .max, eventBytes: .max))
        )
        let items = try? parser.parse(self.frame.event)
        for case .event(let event) in items ?? [] { return event }
        preconditionFailure("What the encoder wrote, the parser reads.")
    }
}
