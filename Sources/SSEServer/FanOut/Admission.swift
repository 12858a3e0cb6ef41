public import SSEBroker
internal import Synchronization

/// A place among a broker's subscribers, before the client's stream has begun. It is given back unless it is used.
///
/// Made by ``FanOut/admit(_:from:)``, so that a client can be refused, or told how its stream begins, by the head of the
/// response.
@available(SwiftSSE 1.0, *)
public final class Admission: Sendable {
    /// Which events the client wants.
    public let selection: TopicSelection

    /// Where the stream begins.
    let cursor: ResumedCursor

    private let broker: Broker
    private let isUsed = Atomic(false)

    init(_ broker: Broker, _ selection: TopicSelection, from point: ResumePoint) throws(BrokerError) {
        self.cursor = try broker.admit(selection, from: point)
        self.selection = selection
        self.broker = broker
    }

    deinit {
        if !self.isUsed.load(ordering: .acquiring) { self.broker.release() }
    }

    /// How the stream begins. With `ResumeOutcome.gap` the first event says the same.
    public var outcome: ResumeOutcome { self.cursor.outcome }

    /// The id of the last event that is not sent, `nil` if there is none. The Mercure protocol tells it to clients that
    /// came with a last event ID, so that they can see whether it is theirs.
    public var lastEventID: String? { self.cursor.lastEventID }

    /// Leaves the place to a subscriber, who gives it back when it leaves.
    ///
    /// - Returns: Whether it was still there.
    func use() -> Bool { !self.isUsed.exchange(true, ordering: .acquiringAndReleasing) }
}
