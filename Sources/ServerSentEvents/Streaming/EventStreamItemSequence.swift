/// The items of a stream of byte chunks.
///
/// Made by `eventStreamItems(configuration:lastEventID:)`. Like its source, it is meant to be iterated once.
@available(SwiftSSE 1.0, *)
public struct EventStreamItemSequence<Base: AsyncSequence>: AsyncSequence where Base.Element: Sequence<UInt8> {
    /// An item of the stream.
    public typealias Element = EventStreamItem

    let base: Base
    let parser: EventStreamParser

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: self.base.makeAsyncIterator(), parser: self.parser)
    }

    /// Reads chunks and hands out their items one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private var parser: EventStreamParser
        private var queue = ItemQueue()
        private var failure: ServerSentEventsError?
        private var isAtEnd = false

        /// The last event ID after the item that was handed out last.
        public private(set) var lastEventID: ServerSentEvent.EventID

        init(base: Base.AsyncIterator, parser: EventStreamParser) {
            self.base = base
            self.lastEventID = parser.lastEventID
            self.parser = parser
        }

        /// The next item, `nil` at the end of the stream.
        ///
        /// - Throws: What the source throws, or ``ServerSentEventsError`` when a limit is exceeded. Either ends the
        ///   sequence.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> EventStreamItem? {
            while true {
                if let item = self.queue.popFirst() {
                    switch item {
                    case .event(let event): if let id = event.id { self.lastEventID = id }
                    case .lastEventID(let id): self.lastEventID = id
                    case .comment, .retry, .invalidData: break
                    }
                    return item
                }
                if let failure = self.failure {
                    self.isAtEnd = true
                    self.failure = nil
                    throw failure
                }
                guard !self.isAtEnd else { return nil }
                try await self.readChunk(isolation: actor)
            }
        }

        private mutating func readChunk(isolation actor: isolated (any Actor)?) async throws {
            do {
                guard let chunk = try await self.base.next(isolation: actor) else {
                    self.isAtEnd = true
                    return
                }
                self.parse(chunk)
            } catch {
                self.isAtEnd = true
                throw error
            }
        }

        /// Items that stand before an exceeded limit are handed out before the error.
        private mutating func parse(_ chunk: Base.Element) {
            do throws(ServerSentEventsError) {
                try chunk.withBytesInPlace { (bytes) throws(ServerSentEventsError) in
                    try self.parser.parse(bytes) { self.queue.append($0) }
                }
            } catch {
                self.failure = error
            }
        }
    }
}

@available(SwiftSSE 1.0, *)
extension EventStreamItemSequence: Sendable where Base: Sendable {}

@available(*, unavailable)
extension EventStreamItemSequence.AsyncIterator: Sendable {}
