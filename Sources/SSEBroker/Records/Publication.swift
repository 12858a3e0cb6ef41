public import ServerSentEvents

/// An event on its way into the log.
@available(SwiftSSE 1.0, *)
public struct Publication: Sendable {
    /// What the event is about; the first topic is canonical.
    public var topics: [Topic]

    /// The event. Its id, if it has one, must not be empty or `earliest` and must not begin with `#`; without one the
    /// position becomes its id.
    public var event: ServerSentEvent

    /// Whether only subscribers get the event whom ``TopicSelection/grants`` allow it. `false` by default.
    public var isPrivate: Bool

    /// Publishing with the same key again within the window adds nothing; `nil` to add always.
    public var idempotencyKey: String?

    /// About how many bytes of memory the publication takes.
    package var byteCount: Int {
        let texts = [self.event.type.rawValue, self.event.id?.rawValue ?? "", self.idempotencyKey ?? ""]
        let own = texts.reduce(512 + self.event.withBytes { $0.count }) { $0 + $1.utf8.count }
        return self.topics.reduce(own) { $0 + $1.rawValue.utf8.count + 64 }
    }

    /// Makes a publication.
    ///
    /// - Parameters:
    ///   - event: The event.
    ///   - topics: What it is about.
    ///   - isPrivate: Whether only subscribers get it who are allowed to.
    ///   - idempotencyKey: The key by which a repetition is recognised.
    public init(
        _ event: ServerSentEvent,
        topics: [Topic],
        isPrivate: Bool = false,
        idempotencyKey: String? = nil
    ) {
        self.topics = topics
        self.event = event
        self.isPrivate = isPrivate
        self.idempotencyKey = idempotencyKey
    }
}

/// What a publisher is told when its event is in the log.
@available(SwiftSSE 1.0, *)
public struct PublishReceipt: Sendable, Hashable {
    /// Where the event stands.
    public var position: EventPosition

    /// The event's id on the wire.
    public var id: String

    /// Whether the event had been published before with the same key, and nothing was added now.
    public var isDuplicate: Bool

    /// Makes a receipt.
    ///
    /// - Parameters:
    ///   - position: Where the event stands.
    ///   - id: The event's id on the wire.
    ///   - isDuplicate: Whether it had been published before.
    public init(position: EventPosition, id: String, isDuplicate: Bool = false) {
        self.position = position
        self.id = id
        self.isDuplicate = isDuplicate
    }
}
