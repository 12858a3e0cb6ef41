// Embedded Swift has no existential of an actor, by which a sequence runs where its reader does. There the parser is what one has.
#if !hasFeature(Embedded)
/// The events of a stream of byte chunks.
///
/// Made by `serverSentEvents(configuration:lastEventID:)`. Like its source, it is meant to be iterated once.
///
/// An event whose data is not the Base64 that was to be expected makes `next()` throw
/// ``ServerSentEventsError/Code/invalidBase64``, and the call after that goes on with the next event. Every other error
/// ends the sequence.
@available(SwiftSSE 1.0, *)
public struct ServerSentEventSequence<Base: AsyncSequence>: AsyncSequence where Base.Element: Sequence<UInt8> {
    /// An event of the stream.
    public typealias Element = ServerSentEvent

    @usableFromInline
    let items: EventStreamItemSequence<Base>

    init(base: Base, parser: EventStreamParser) {
        self.items = EventStreamItemSequence(base: base, parser: parser)
    }

    /// Begins to read.
    @inlinable
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(items: self.items.makeAsyncIterator())
    }

    /// Reads chunks and hands out their events one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        @usableFromInline
        var items: EventStreamItemSequence<Base>.AsyncIterator

        @usableFromInline
        init(items: EventStreamItemSequence<Base>.AsyncIterator) {
            self.items = items
        }

        /// The last event ID after the event that was handed out last.
        public var lastEventID: ServerSentEvent.EventID { self.items.lastEventID }

        /// The next event, `nil` at the end of the stream.
        ///
        /// - Throws: What the source throws, or ``ServerSentEventsError``.
        @inlinable
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> ServerSentEvent? {
            repeat {
                if let event = try self.items.queue.popFirstEvent() { return event }
            } while try await self.items.readChunk(isolation: actor)
            return nil
        }
    }
}

@available(SwiftSSE 1.0, *)
extension ServerSentEventSequence: Sendable where Base: Sendable {}

@available(*, unavailable)
extension ServerSentEventSequence.AsyncIterator: Sendable {}
#endif

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
