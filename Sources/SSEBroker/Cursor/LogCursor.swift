/// A subscriber's place in a log, and the one reader of logs: it says what comes next, and does nothing itself.
///
/// Whoever holds a cursor reads a slice behind ``position`` (from this process's log, or from the engine when the cursor asks
/// for that), gives it to ``next(_:)``, does what that says, and tells by ``advance(through:)`` what has been handed on.
///
/// A cursor moves also when nothing is handed on: what was looked at and not wanted has been seen. So nobody is told of a gap
/// because of events that were not theirs.
@available(SwiftSSE 1.0, *)
package struct LogCursor: Sendable {
    /// The next step.
    package enum Step: Sendable, Hashable {
        /// Hand on the events of the slice, and say how far that went.
        case deliver

        /// There was nothing in the slice. Read on, or wait if ``LogCursor/position`` is where the log ends.
        case wait

        /// Read from the engine behind ``LogCursor/position``: this process's log does not reach back so far.
        case askEngine

        /// Tell that events are missing, then read on from ``LogCursor/position``.
        ///
        /// - Parameter isNew: Whether nobody has counted this gap yet.
        case tell(GapReason, isNew: Bool)

        /// End, because events are missing and the policy says so. ``LogCursor/position`` is where that was.
        case end(GapReason)
    }

    /// Which events are wanted.
    package let selection: TopicSelection

    /// The last event that has been handed on or was not wanted.
    package private(set) var position: EventPosition

    /// How far the event behind ``position`` has been compared with the selection.
    package private(set) var place = MatchPlace()

    /// Events that are missing before ``position``, to be told before all else.
    private var gap: GapReason?
    /// A Boolean value that indicates whether events may leave the log unread before the first reading.
    private var mayBeginLater: Bool
    private let overrunPolicy: OverrunPolicy
    /// A Boolean value that indicates whether the engine has events that have left this process's log.
    private let hasEngine: Bool

    /// Makes a cursor where a subscriber begins.
    ///
    /// - Parameters:
    ///   - beginning: Where that is, and whether something is missing there.
    ///   - selection: Which events are wanted.
    ///   - overrunPolicy: What becomes of the subscriber when events are missing on the way.
    ///   - hasEngine: Whether the engine has events that have left this process's log.
    package init(
        _ beginning: ResumedCursor,
        _ selection: TopicSelection,
        _ overrunPolicy: OverrunPolicy,
        hasEngine: Bool
    ) {
        self.selection = selection
        self.position = EventPosition(epoch: beginning.epoch, sequence: beginning.sequence)
        self.mayBeginLater = beginning.mayBeginLater
        if case .gap(let reason) = beginning.outcome { self.gap = reason }
        self.overrunPolicy = overrunPolicy
        self.hasEngine = hasEngine
    }

    /// A Boolean value that indicates whether a gap has to be told before anything else.
    package var hasGap: Bool { self.gap != nil }

    /// A Boolean value that indicates whether everything behind ``position`` comes, or a gap is told. Not so before the first
    /// reading of a subscriber that asks for whatever there is, of which there may be less by then.
    package var isExact: Bool { self.gap == nil && !self.mayBeginLater }

    /// Says what comes next.
    ///
    /// - Parameter slice: What was read behind ``position``. The epoch of what comes from the engine is `nil`.
    package mutating func next(_ slice: LogSlice) -> Step {
        if let gap = self.gap.take() { return .tell(gap, isNew: false) }
        if let epoch = slice.epoch, epoch != self.position.epoch { return self.begin(in: epoch) }
        if slice.isMissingEvents {
            if slice.epoch != nil, self.hasEngine { return .askEngine }
            if !self.mayBeginLater {
                // Behind what is missing, so that it is told once.
                let beginning = slice.records.first.map { $0.position.sequence - 1 } ?? slice.cursor
                return self.miss(.overrun, EventPosition(epoch: self.position.epoch, sequence: beginning))
            }
        }
        self.mayBeginLater = false
        guard slice.records.isEmpty else { return .deliver }
        self.advance(through: slice.cursor)
        self.place = slice.place
        return .wait
    }

    /// Goes on in another log, which has taken the place of this one. All of its events are new.
    package mutating func begin(in epoch: UInt64) -> Step {
        let step = self.miss(.foreignEpoch, EventPosition(epoch: epoch, sequence: 0))
        if case .tell = step { self.mayBeginLater = true }
        return step
    }

    private mutating func miss(_ reason: GapReason, _ beginning: EventPosition) -> Step {
        // Where it ends it has not got any further.
        guard self.overrunPolicy == .gap else { return .end(reason) }
        // One that is still to be told is told by this.
        self.gap = nil
        self.position = beginning
        self.place = MatchPlace()
        return .tell(reason, isNew: true)
    }

    /// It is where the log ends, so from now on whatever leaves the log unread is missed.
    package mutating func reachEnd() { self.mayBeginLater = false }

    /// Moves on, since everything up to an event has been handed on or was not wanted.
    package mutating func advance(through sequence: UInt64) {
        guard sequence > self.position.sequence else { return }
        self.position.sequence = sequence
        self.place = MatchPlace()
    }
}
