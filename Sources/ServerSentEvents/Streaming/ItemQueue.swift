/// What an iterator has besides its source: the parser, and the items of one chunk.
///
/// Not generic, and all that is done once an event is done here, and the generic rest is inlinable. Unspecialized code
/// looks up type metadata for every event: reading took 3,500 instructions an event so, and takes 2,300.
@available(SwiftSSE 1.0, *)
@usableFromInline
package struct ItemQueue {
    private static let keptCapacity = 1024

    private var parser: EventStreamParser

    /// What the chunks since had, in order.
    private var incoming: [EventStreamItem] = []

    /// What comes next; the last one first, so that items are moved out and not copied.
    private var items: [EventStreamItem] = []

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
        do throws(ServerSentEventsError) {
            try self.parser.parse(chunk) { self.incoming.append($0) }
        } catch {
            self.failure = error
        }
    }

    /// The next item, `nil` if a chunk is needed.
    @usableFromInline
    package mutating func popFirst() throws(ServerSentEventsError) -> EventStreamItem? {
        guard let item = self.items.popLast() else {
            guard try self.takeIncoming() else { return nil }
            return try self.popFirst()
        }
        switch item {
        case .event(let event): if event.mayHaveID, let id = event.id { self.lastEventID = id }
        case .lastEventID(let id): self.lastEventID = id
        case .invalidData(_, let id): if let id { self.lastEventID = id }
        case .comment, .retry: break
        }
        return item
    }

    /// The next event, `nil` if a chunk is needed.
    @usableFromInline
    package mutating func popFirstEvent() throws(ServerSentEventsError) -> ServerSentEvent? {
        while let item = self.items.popLast() {
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
        guard try self.takeIncoming() else { return nil }
        return try self.popFirstEvent()
    }

    /// Goes on to the items that have come in meanwhile.
    ///
    /// - Returns: `false` if there are none.
    /// - Throws: The error that the last chunk ended with, once there are no items left.
    private mutating func takeIncoming() throws(ServerSentEventsError) -> Bool {
        if self.items.capacity > Self.keptCapacity { self.items = [] }
        if !self.incoming.isEmpty {
            swap(&self.items, &self.incoming)
            self.items.reverse()
            return true
        }
        guard let failure = self.failure else { return false }
        self.isAtEnd = true
        self.failure = nil
        throw failure
    }
}
