internal import NIOCore
public import ServerSentEvents

/// The place in a stream: one for all loops over it, so that each goes on where the one before was left.
@available(SwiftSSE 1.0, *)
@usableFromInline
final class EventStreamReader {
    private let channel: ResponseChannel
    private var chunks = CircularBuffer<ByteBuffer>()
    private var queue: ItemQueue

    init(channel: ResponseChannel, configuration: EventStreamParser.Configuration, lastEventID: ServerSentEvent.EventID)
    {
        self.channel = channel
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

    /// Reads the next chunk, once all that was in the last has been taken.
    ///
    /// - Returns: `false` at the end of the stream.
    @usableFromInline
    func readChunk(isolation actor: isolated (any Actor)?) async throws -> Bool {
        guard !self.queue.isAtEnd else { return false }
        if self.chunks.isEmpty {
            guard let chunks = try await self.channel.nextChunks(isolation: actor) else { return false }
            self.chunks = chunks
        }
        self.chunks.removeFirst().withUnsafeReadableBytes { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { self.queue.parse($0) }
        }
        return true
    }
}
