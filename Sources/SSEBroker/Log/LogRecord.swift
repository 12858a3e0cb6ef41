public import ServerSentEvents

/// An event in the log.
@available(SwiftSSE 1.0, *)
public struct LogRecord: Sendable {
    /// Where the event stands.
    public let position: EventPosition

    /// What the event is about; the first topic is canonical.
    public let topics: [Topic]

    /// Whether only subscribers get the event whom ``TopicSelection/grants`` allow it.
    public let isPrivate: Bool

    /// The event's bytes.
    public let frame: EventFrame

    /// The id that the publisher chose, `nil` if the position is the id.
    public let publisherID: String?

    /// Makes a record of an event that an engine has put into its order.
    ///
    /// - Parameters:
    ///   - position: Where the event stands.
    ///   - topics: What the event is about.
    ///   - event: The event. If it has no id, the position becomes its id.
    ///   - isPrivate: Whether only subscribers get it who are allowed to.
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/invalidEvent`` if the event cannot be encoded.
    public init(
        position: EventPosition,
        topics: [Topic],
        event: ServerSentEvent,
        isPrivate: Bool = false
    ) throws(BrokerError) {
        self.position = position
        self.topics = topics
        self.isPrivate = isPrivate
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
        self.publisherID = nil
        guard case .success(let frame) = Self.emptyFrame else {
            preconditionFailure("An event without data can be encoded.")
        }
        self.frame = frame
    }

    /// Whether this stands for a number without an event.
    public var isHole: Bool { self.topics.isEmpty }

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
