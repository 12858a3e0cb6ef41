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
