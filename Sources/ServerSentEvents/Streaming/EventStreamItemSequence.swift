// Embedded Swift has no existential of an actor, by which a sequence runs where its reader does. There the parser is what one has.
#if !hasFeature(Embedded)
/// The items of a stream of byte chunks.
///
/// Made by `eventStreamItems(configuration:lastEventID:)`. Like its source, it is meant to be iterated once.
@available(SwiftSSE 1.0, *)
public struct EventStreamItemSequence<Base: AsyncSequence>: AsyncSequence where Base.Element: Sequence<UInt8> {
    /// An item of the stream.
    public typealias Element = EventStreamItem

    @usableFromInline
    let base: Base
    @usableFromInline
    let parser: EventStreamParser

    init(base: Base, parser: EventStreamParser) {
        self.base = base
        self.parser = parser
    }

    /// Begins to read.
    @inlinable
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: self.base.makeAsyncIterator(), parser: self.parser)
    }

    /// Reads chunks and hands out their items one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        @usableFromInline
        var base: Base.AsyncIterator
        @usableFromInline
        var queue: ItemQueue

        @usableFromInline
        init(base: Base.AsyncIterator, parser: EventStreamParser) {
            self.base = base
            self.queue = ItemQueue(parser: parser)
        }

        /// The last event ID after the item that was handed out last.
        public var lastEventID: ServerSentEvent.EventID { self.queue.lastEventID }

        /// The next item, `nil` at the end of the stream.
        ///
        /// - Throws: What the source throws, or ``ServerSentEventsError`` when a limit is exceeded. Either ends the
        ///   sequence.
        @inlinable
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> EventStreamItem? {
            repeat {
                if let item = try self.queue.popFirst() { return item }
            } while try await self.readChunk(isolation: actor)
            return nil
        }

        /// - Returns: Whether there was another chunk.
        @inlinable
        mutating func readChunk(isolation actor: isolated (any Actor)?) async throws -> Bool {
            guard !self.queue.isAtEnd else { return false }
            do {
                guard let chunk = try await self.base.next(isolation: actor) else {
                    self.queue.isAtEnd = true
                    return false
                }
                chunk.withBytesInPlace { self.queue.parse($0) }
                return true
            } catch {
                self.queue.isAtEnd = true
                throw error
            }
        }
    }
}

@available(SwiftSSE 1.0, *)
extension EventStreamItemSequence: Sendable where Base: Sendable {}

@available(*, unavailable)
extension EventStreamItemSequence.AsyncIterator: Sendable {}
#endif
