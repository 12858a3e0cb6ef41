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

/// The place in a reply: one for all loops over it.
@available(SwiftSSE 1.0, *)
final class ReplyReader {
    private var events: EventStream.AsyncIterator
    private let end: EventPattern?
    private let failure: EventPattern?
    private let requiresEnd: Bool
    private let keepsUnfinished: Bool
    private let reader: EventStreamReader
    private var isOver = false

    /// The events that have been taken.
    private(set) var count = 0

    init(
        _ reader: EventStreamReader,
        until end: EventPattern?,
        failOn failure: EventPattern?,
        requiresEnd: Bool,
        keepsUnfinished: Bool
    ) {
        self.events = EventStream.AsyncIterator(reader)
        self.reader = reader
        self.keepsUnfinished = keepsUnfinished
        self.end = end
        self.failure = failure
        self.requiresEnd = requiresEnd
    }

    /// The next event that is part of the reply, `nil` at its end.
    func next() async throws -> ServerSentEvent? {
        guard !self.isOver else { return nil }
        if let event = try await self.events.next() { return try self.take(event) }
        self.isOver = true
        // An end or an error without its blank line is one all the same.
        self.reader.finishLastEvent()
        let count = self.count
        if let event = try? self.reader.takeEvent() {
            guard let event = try self.take(event) else { return nil }
            if self.keepsUnfinished {
                // What the end marker is missing is said after it.
                self.isOver = !self.requiresEnd
                return event
            }
            self.count = count
        }
        if self.requiresEnd { throw SSEClientError.endedEarly(after: self.count) }
        return nil
    }

    /// - Returns: The event, `nil` if it ends the reply.
    private func take(_ event: ServerSentEvent) throws -> ServerSentEvent? {
        self.count += 1
        if self.failure?.matches(event) == true { throw SSEClientError.errorEvent(event, number: self.count) }
        if self.end?.matches(event) == true {
            self.isOver = true
            return nil
        }
        return event
    }
}

@available(SwiftSSE 1.0, *)
extension SSEClientError {
    static func endedEarly(after count: Int) -> SSEClientError {
        SSEClientError(code: .endedEarly, message: "The stream ended after \(count) events without its end marker.")
    }

    static func errorEvent(_ event: ServerSentEvent, number: Int) -> SSEClientError {
        SSEClientError(
            code: .errorEvent,
            message: "Event \(number) reports an error: \(Self.excerpt(of: event))",
            event: event
        )
    }

    static func decodingFailed(_ event: ServerSentEvent, number: Int, type: Any.Type, _ cause: any Error)
        -> SSEClientError
    {
        let id = event.id.map { " (id '\($0.rawValue.inOneLine())')" } ?? ""
        return SSEClientError(
            code: .decodingFailed,
            message: "Event \(number)\(id) cannot be decoded as \(type): \(Self.excerpt(of: event))",
            cause: cause,
            event: event
        )
    }

    /// The beginning of an event's data, for people.
    private static func excerpt(of event: ServerSentEvent) -> String { event.data.inOneLine() }
}
