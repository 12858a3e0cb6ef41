internal import ServerSentEvents

/// The place in a reply: one for all loops over it.
@available(SwiftSSE 1.0, *)
final class ReplyReader {
    private var events: EventStream.AsyncIterator
    private let end: EventPattern?
    private let failure: EventPattern?
    private let requiresEnd: Bool
    private var isOver = false

    /// The events that have been taken.
    private(set) var count = 0

    init(_ reader: EventStreamReader, until end: EventPattern?, failOn failure: EventPattern?, requiresEnd: Bool) {
        self.events = EventStream.AsyncIterator(reader)
        self.end = end
        self.failure = failure
        self.requiresEnd = requiresEnd
    }

    /// The next event that is part of the reply, `nil` at its end.
    func next() async throws -> ServerSentEvent? {
        guard !self.isOver else { return nil }
        guard let event = try await self.events.next() else {
            self.isOver = true
            if self.requiresEnd { throw SSEClientError.endedEarly(after: self.count) }
            return nil
        }
        self.count += 1
        if self.failure?.matches(event) == true { throw SSEClientError.errorEvent(event, number: self.count) }
        if self.end?.matches(event) == true {
            self.isOver = true
            return nil
        }
        return event
    }
}
