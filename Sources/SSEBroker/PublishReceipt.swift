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
