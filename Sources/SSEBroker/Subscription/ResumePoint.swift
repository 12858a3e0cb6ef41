/// Where a subscriber wants to begin.
@available(SwiftSSE 1.0, *)
public enum ResumePoint: Sendable, Hashable {
    /// With what comes next.
    case latest

    /// With the oldest event that is kept.
    case earliest

    /// With the event after the one with this id, as `Last-Event-ID` asks for.
    case after(id: String)

    /// Reads a last event ID as the Mercure protocol has it: `earliest` is reserved, and without one, or with an empty
    /// one, the stream begins with what comes next.
    ///
    /// - Parameter lastEventID: The id that the client sent.
    public init(lastEventID: String?) {
        switch lastEventID {
        case nil, "": self = .latest
        case "earliest": self = .earliest
        case .some(let id): self = .after(id: id)
        }
    }
}
