internal import ServerSentEvents

/// The place in a stream: one for all loops over it, so that each goes on where the one before was left.
@available(SwiftSSE 1.0, *)
final class EventStreamReader {
    private var items: EventStreamItemSequence<ChunkSequence>.AsyncIterator

    init(chunks: ChunkSequence, configuration: EventStreamParser.Configuration, lastEventID: ServerSentEvent.EventID) {
        self.items = chunks.eventStreamItems(configuration: configuration, lastEventID: lastEventID)
            .makeAsyncIterator()
    }

    var lastEventID: ServerSentEvent.EventID { self.items.lastEventID }

    func next(isolation actor: isolated (any Actor)?) async throws -> EventStreamItem? {
        try await self.items.next(isolation: actor)
    }
}
