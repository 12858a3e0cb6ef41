public import ServerSentEvents

/// Where a subscription keeps its place, so that it goes on there after the process has been started again.
///
/// The id of an event is saved once your loop has asked for the next one, not before: an event during which the process
/// ends comes once more, and none is lost. Ids are not saved one by one while events come quickly, but before the
/// subscription waits, and at least once a second.
@available(SwiftSSE 1.0, *)
public protocol CursorStore: Sendable {
    /// The last event ID that was saved, `nil` if none was.
    ///
    /// Called once, before the first connection. What it throws ends the subscription, because going on from another
    /// place would lose events.
    func load() async throws -> ServerSentEvent.EventID?

    /// Saves a last event ID. An empty one means that the server has reset it.
    ///
    /// What it throws is reported as ``SubscriptionSignal/cursorNotSaved(_:)``, and the subscription goes on.
    func save(_ id: ServerSentEvent.EventID) async throws
}
