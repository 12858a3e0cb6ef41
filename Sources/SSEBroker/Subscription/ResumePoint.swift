/// Where a subscriber wants to begin.
@available(SwiftSSE 1.0, *)
public enum ResumePoint: Sendable, Hashable {
    /// With what comes next.
    case latest

    /// With the oldest event that is kept.
    case earliest

    /// With the newest events of those that the subscriber wants and may have, at most so many.
    ///
    /// There may be fewer: if the log has no more, or if finding them would take too long, because costly templates
    /// have to be compared with many events. What leaves the log before it is read is a gap, as for all who have begun.
    /// ``Broker/history(of:newest:before:bytes:)`` reads them without a subscription.
    case newest(Int)

    /// With the first event that was stored at a time or later, given as the time since 1970 (UTC), by the clock of
    /// whoever stored it.
    case since(Duration)

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
