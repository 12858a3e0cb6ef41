internal import ServerSentEvents

/// Saves the last event ID no more often than it is worth.
@available(SwiftSSE 1.0, *)
struct CursorKeeper<ClockType: Clock> where ClockType.Duration == Duration {
    private static var interval: Duration { .seconds(1) }

    private let store: any CursorStore
    private let clock: ClockType
    private var lastSave: ClockType.Instant
    private var taken: ServerSentEvent.EventID?
    private var saved: ServerSentEvent.EventID?

    init(_ store: any CursorStore, _ clock: ClockType) {
        self.store = store
        self.clock = clock
        self.lastSave = clock.now
    }

    mutating func load() async throws -> ServerSentEvent.EventID? {
        self.saved = try await self.store.load()
        self.taken = self.saved
        return self.saved
    }

    /// Takes note of the id of what the consumer is done with.
    ///
    /// - Returns: Whether it has been long since the last one was saved.
    mutating func isDue(_ id: ServerSentEvent.EventID) -> Bool {
        self.taken = id
        return self.lastSave.duration(to: self.clock.now) >= Self.interval
    }

    /// Saves the id of what the consumer is done with, unless it has been saved.
    mutating func save() async throws {
        self.lastSave = self.clock.now
        guard let id = self.taken, id != self.saved ?? .empty else { return }
        try await self.store.save(id)
        self.saved = id
    }
}
