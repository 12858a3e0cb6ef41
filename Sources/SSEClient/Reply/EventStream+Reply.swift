public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStream {
    /// Reads a reply that comes as a stream: up to its end marker, and with the errors in it thrown.
    ///
    /// ```swift
    /// for try await event in events.reply(until: .data("[DONE]"), failOn: .type("error"), requireEnd: true) {
    ///     print(event.data)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - end: The event that says that the reply is complete. It is not handed out, and nothing after it is read.
    ///   - failure: Events that stand for an error although the status was 200. Such an event is thrown as
    ///     ``SSEClientError/Code/errorEvent`` with the ``SSEClientError/event``; a new loop goes on after it.
    ///   - requireEnd: Whether a stream that the server ends without the end marker throws
    ///     ``SSEClientError/Code/endedEarly``.
    ///   - keepUnfinished: Whether what stands at the stream's end without the blank line that ends an event is handed out.
    ///     The standard drops it, because nobody can tell whether it is whole. As the end marker, or as an error, it counts
    ///     in any case.
    /// - Returns: The events.
    ///
    /// - SeeAlso: [HTML Standard, 9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation)
    public func reply(
        until end: EventPattern? = nil,
        failOn failure: EventPattern? = nil,
        requireEnd: Bool = false,
        keepUnfinished: Bool = false
    ) -> Reply {
        Reply(
            reader: ReplyReader(
                self.reader,
                until: end,
                failOn: failure,
                requiresEnd: requireEnd,
                keepsUnfinished: keepUnfinished
            )
        )
    }

    /// The events of a reply.
    public struct Reply: AsyncSequence {
        /// An event of the reply.
        public typealias Element = ServerSentEvent

        let reader: ReplyReader

        /// Begins to read, or goes on.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: self.reader) }

        /// Hands out the events one by one.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let reader: ReplyReader

            /// The next event, `nil` at the reply's end.
            ///
            /// - Throws: As ``EventStream/AsyncIterator/next(isolation:)``, and ``SSEClientError`` with the codes
            ///   ``SSEClientError/Code/errorEvent`` and ``SSEClientError/Code/endedEarly``.
            public mutating func next(
                isolation actor: isolated (any Actor)? = #isolation
            ) async throws -> ServerSentEvent? {
                try await self.reader.next()
            }
        }
    }
}

@available(*, unavailable)
extension EventStream.Reply: Sendable {}

@available(*, unavailable)
extension EventStream.Reply.AsyncIterator: Sendable {}
