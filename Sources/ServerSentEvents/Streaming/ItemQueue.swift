/// What an iterator has besides its source: the parser, and the chunk it stands in.
///
/// Items are parsed as they are asked for. Not generic, and all that is done once an event is done here, and the generic
/// rest is inlinable: unspecialized code would look up type metadata for every event.
@available(SwiftSSE 1.0, *)
@usableFromInline
package struct ItemQueue {
    private var parser: EventStreamParser

    /// Where ``cursor`` points to. If there is another copy of this value, that may point to it too.
    private var storage = ChunkStorage()

    /// Where the parser stands in the chunk, `nil` if it needs another one.
    private var cursor: ChunkCursor?

    /// Pieces that came before the one before had been parsed.
    private var pending: [[UInt8]] = []

    /// What the last piece began with, to be thrown once all before it has been taken.
    private var failure: ServerSentEventsError?

    /// The last event ID after the item that was handed out last.
    @usableFromInline
    package private(set) var lastEventID: ServerSentEvent.EventID

    /// No chunk is to be asked for any more.
    @usableFromInline
    package var isAtEnd = false

    package init(parser: EventStreamParser) {
        self.lastEventID = parser.lastEventID
        self.parser = parser
    }

    /// Takes in a chunk.
    ///
    /// Items that stand before an exceeded limit are handed out before the error.
    @usableFromInline
    package mutating func parse(_ chunk: UnsafeBufferPointer<UInt8>) {
        guard !chunk.isEmpty else { return }
        if self.cursor == nil, self.pending.isEmpty {
            self.begin(chunk)
        } else {
            self.pending.append(Array(chunk))
        }
    }

    /// The next item, `nil` if a chunk is needed.
    @usableFromInline
    package mutating func popFirst() throws(ServerSentEventsError) -> EventStreamItem? {
        while try self.hasChunk() {
            guard let item = try self.nextItem() else { continue }
            switch item {
            case .event(let event): if event.mayHaveID, let id = event.id { self.lastEventID = id }
            case .lastEventID(let id): self.lastEventID = id
            case .invalidData(_, let id): if let id { self.lastEventID = id }
            case .comment, .retry: break
            }
            return item
        }
        return nil
    }

    /// The next event, `nil` if a chunk is needed.
    @usableFromInline
    package mutating func popFirstEvent() throws(ServerSentEventsError) -> ServerSentEvent? {
        while try self.hasChunk() {
            guard let item = try self.nextItem() else { continue }
            switch consume item {
            case .event(let event):
                if event.mayHaveID, let id = event.id { self.lastEventID = id }
                return event
            case .lastEventID(let id): self.lastEventID = id
            case .invalidData(let error, let id):
                if let id { self.lastEventID = id }
                throw error
            case .comment, .retry: break
            }
        }
        return nil
    }

    /// Parses on; `nil` if that led to nothing, or to the end of the chunk.
    @inline(__always)
    private mutating func nextItem() throws(ServerSentEventsError) -> EventStreamItem? {
        let result: ChunkItem?
        do throws(ServerSentEventsError) {
            // In place: the cursor is too large to be moved for each event.
            result = try self.cursor?.nextItem(&self.parser)
        } catch {
            self.endChunk()
            self.isAtEnd = true
            throw error
        }
        switch result {
        case .item(let item): return item
        case .nothing: return nil
        case .end, nil:
            self.endChunk()
            return nil
        }
    }

    /// Whether there is something to parse; goes on to the next piece if there is one.
    ///
    /// - Throws: The error that the last piece began with.
    private mutating func hasChunk() throws(ServerSentEventsError) -> Bool {
        while self.cursor == nil, self.failure == nil, !self.pending.isEmpty {
            let piece = self.pending.removeFirst()
            piece.withUnsafeBufferPointer { self.begin($0) }
        }
        if let failure = self.failure {
            self.failure = nil
            self.isAtEnd = true
            throw failure
        }
        return self.cursor != nil
    }

    private mutating func begin(_ chunk: UnsafeBufferPointer<UInt8>) {
        // Another copy of this value may stand in the middle of it.
        if !isKnownUniquelyReferenced(&self.storage) { self.storage = ChunkStorage() }
        let bytes = self.storage.fill(chunk)
        do throws(ServerSentEventsError) {
            guard let start = try self.parser.begin(bytes) else { return }
            self.cursor = self.parser.makeCursor(in: bytes, from: start)
        } catch {
            self.failure = error
        }
    }

    private mutating func endChunk() {
        self.cursor = nil
        if isKnownUniquelyReferenced(&self.storage) { self.storage.clear() }
    }
}

/// What parsing on in a chunk leads to.
@available(SwiftSSE 1.0, *)
enum ChunkItem {
    case item(EventStreamItem)

    /// Something that is not handed out.
    case nothing

    case end
}

@available(SwiftSSE 1.0, *)
extension ChunkCursor {
    /// Parses on.
    @inline(__always)
    mutating func nextItem(_ parser: inout EventStreamParser) throws(ServerSentEventsError) -> ChunkItem {
        let step = try parser.advance(&self)
        if step == .event, let event = parser.takeShortTextEvent(&self) { return .item(.event(event)) }
        if step == .end { return .end }
        if step == .keptBlock, let text = parser.takeKeptText(&self) {
            let retry = parser.takeRetry()
            let event = ServerSentEvent(shortType: .message, shortID: .none, retryMilliseconds: retry, text: text)
            return .item(.event(event))
        }
        return parser.takeItem(step, &self).map { .item($0) } ?? .nothing
    }
}
