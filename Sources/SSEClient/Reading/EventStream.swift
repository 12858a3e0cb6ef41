public import ServerSentEvents

/// The events of one response, read as you ask for them.
///
/// A consumer that is slow slows the socket. Leaving a loop and beginning another goes on where the first one was left.
///
/// An event whose data is not the Base64 that was to be expected makes the loop throw; a new loop goes on with the next
/// event. All other errors are final.
@available(SwiftSSE 1.0, *)
public struct EventStream: AsyncSequence {
    /// An event of the stream.
    public typealias Element = ServerSentEvent

    @usableFromInline
    let reader: EventStreamReader

    init(_ reader: EventStreamReader) {
        self.reader = reader
    }

    /// The last event ID after the last event that was handed out, or the request's before that.
    public var lastEventID: ServerSentEvent.EventID { self.reader.lastEventID }

    /// All that is in the stream: the same events, and comments, reconnection times and ids on their own.
    ///
    /// Comments are in it only if the client's ``EventStreamClient/Configuration/parser`` reports them.
    public var items: Items { Items(reader: self.reader) }

    /// Begins to read, or goes on.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self.reader) }

    /// Hands out the events one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        @usableFromInline
        let reader: EventStreamReader

        init(_ reader: EventStreamReader) {
            self.reader = reader
        }

        /// The next event, `nil` when the server has ended the stream.
        ///
        /// - Throws: ``SSEClientError``, and `ServerSentEventsError`.
        @inlinable
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws -> ServerSentEvent? {
            // Inlined, so that an event that is there already costs the loop no asynchronous call.
            repeat {
                if let event = try self.reader.takeEvent() { return event }
            } while try await self.reader.readChunks(isolation: actor)
            return nil
        }
    }
}

@available(*, unavailable)
extension EventStream: Sendable {}

@available(*, unavailable)
extension EventStream.AsyncIterator: Sendable {}

@available(SwiftSSE 1.0, *)
extension EventStream {
    /// All that is in the stream of one response.
    public struct Items: AsyncSequence {
        /// An item of the stream.
        public typealias Element = EventStreamItem

        let reader: EventStreamReader

        /// Begins to read, or goes on.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: self.reader) }

        /// Hands out the items one by one.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let reader: EventStreamReader

            /// The next item, `nil` when the server has ended the stream.
            ///
            /// - Throws: ``SSEClientError``, and `ServerSentEventsError`.
            public mutating func next(
                isolation actor: isolated (any Actor)? = #isolation
            ) async throws -> EventStreamItem? {
                repeat {
                    if let item = try self.reader.takeItem() { return item }
                } while try await self.reader.readChunks(isolation: actor)
                return nil
            }
        }
    }
}

@available(*, unavailable)
extension EventStream.Items: Sendable {}

@available(*, unavailable)
extension EventStream.Items.AsyncIterator: Sendable {}
