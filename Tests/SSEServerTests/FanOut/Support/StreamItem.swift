internal import ServerSentEvents

/// What came in one chunk of an event stream.
@available(SwiftSSE 1.0, *)
enum StreamItem: Sendable, Hashable {
    case event(ServerSentEvent)
    case comment
    case retry
    /// A last event ID without an event.
    case id(String)

    /// The reason, if this tells of a gap.
    var gap: String? {
        guard case .event(let event) = self, event.type.rawValue == "gap" else { return nil }
        return event.data
    }

    /// What this makes of a client's last event ID, `nil` if nothing.
    var lastEventID: String? {
        switch self {
        case .event(let event): event.id?.rawValue
        case .id(let id): id
        case .comment, .retry: nil
        }
    }

    /// The event, if this is one of the log.
    var event: ServerSentEvent? {
        guard case .event(let event) = self, event.type.rawValue != "gap" else { return nil }
        return event
    }
}
