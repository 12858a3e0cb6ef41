internal import NIOCore
internal import ServerSentEvents

/// The place in a stream: one for all loops over it, so that each goes on where the one before was left.
@available(SwiftSSE 1.0, *)
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

    /// The next event, `nil` at the end of the stream.
    func nextEvent(isolation actor: isolated (any Actor)?) async throws -> ServerSentEvent? {
        repeat {
            if let event = try self.queue.popFirstEvent() { return event }
        } while try await self.readChunk(isolation: actor)
        return nil
    }

    /// The next item, `nil` at the end of the stream.
    func nextItem(isolation actor: isolated (any Actor)?) async throws -> EventStreamItem? {
        repeat {
            if let item = try self.queue.popFirst() { return item }
        } while try await self.readChunk(isolation: actor)
        return nil
    }

    /// - Returns: `false` at the end of the stream.
    private func readChunk(isolation actor: isolated (any Actor)?) async throws -> Bool {
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
