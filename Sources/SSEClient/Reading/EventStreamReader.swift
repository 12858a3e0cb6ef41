public import ServerSentEvents

/// The place in a stream: one for all loops over it, so that each goes on where the one before was left.
@available(SwiftSSE 1.0, *)
@usableFromInline
final class EventStreamReader {
    private let exchange: any EventStreamExchange

    // The reader is no Sendable type, and nothing that is called while the queue is changed leads back here. Checking
    // that when it runs took a tenth of the time to read an event.
    @exclusivity(unchecked)
    private var queue: ItemQueue

    init(
        exchange: any EventStreamExchange,
        configuration: EventStreamParser.Configuration,
        lastEventID: ServerSentEvent.EventID
    ) {
        self.exchange = exchange
        self.queue = ItemQueue(parser: EventStreamParser(configuration: configuration, lastEventID: lastEventID))
    }

    /// The last event ID after the item that was taken last.
    var lastEventID: ServerSentEvent.EventID { self.queue.lastEventID }

    /// The next event, `nil` if a chunk is needed.
    @usableFromInline
    func takeEvent() throws -> ServerSentEvent? {
        try self.queue.popFirstEvent()
    }

    /// The next item, `nil` if a chunk is needed.
    func takeItem() throws -> EventStreamItem? {
        try self.queue.popFirst()
    }

    /// Whether ``readChunks(isolation:)``, called now, would return without waiting.
    var isReadable: Bool { self.exchange.isReadable }

    /// Takes what stands at the end of a stream without its blank line for an event, if it is one.
    func finishLastEvent() {
        Array("\n\n".utf8).withUnsafeBufferPointer { self.queue.parse($0) }
    }

    /// Reads what has come, once all that came before has been taken.
    ///
    /// - Returns: `false` at the end of the stream.
    @usableFromInline
    func readChunks(isolation actor: isolated (any Actor)?) async throws -> Bool {
        guard !self.queue.isAtEnd else { return false }
        return try await self.exchange.read { self.queue.parse($0) }
    }
}
