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

/// What becomes of a subscriber that cannot go on where it was.
@available(SwiftSSE 1.0, *)
public enum ResumePolicy: String, Sendable, Hashable, CaseIterable {
    /// It begins with what comes next, and is told of the gap.
    case startLive

    /// It gets everything that is kept, and is told of the gap.
    case replayAll

    /// It is refused.
    case refuse
}

/// How a subscription began.
@available(SwiftSSE 1.0, *)
public enum ResumeOutcome: Sendable, Hashable {
    /// With what comes next, as was asked for.
    case live

    /// Exactly after the event that the subscriber knew.
    case resumed

    /// With the oldest event that is kept, as was asked for.
    case earliest

    /// With the newest events, or those since a time, as was asked for.
    case rewound

    /// Elsewhere than was asked for, so that events may be missing.
    case gap(GapReason)
}

/// Where a subscription begins, and how that came.
@available(SwiftSSE 1.0, *)
package struct ResumedCursor: Sendable, Hashable {
    /// The life of the log that the sequence number belongs to.
    package var epoch: UInt64

    /// The sequence number of the last event that is not sent.
    package var sequence: UInt64

    /// How the subscription began.
    package var outcome: ResumeOutcome

    /// The id of the last event that is not sent, `nil` if there is none, as the Mercure protocol tells it to clients.
    package var lastEventID: String?

    /// Whether events that leave the log before the first is read are not missed.
    package var mayBeginLater = false

    package init(
        epoch: UInt64,
        sequence: UInt64,
        outcome: ResumeOutcome,
        lastEventID: String? = nil,
        mayBeginLater: Bool = false
    ) {
        self.epoch = epoch
        self.sequence = sequence
        self.outcome = outcome
        self.lastEventID = lastEventID
        self.mayBeginLater = mayBeginLater
    }
}
