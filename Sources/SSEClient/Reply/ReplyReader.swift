internal import ServerSentEvents

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
