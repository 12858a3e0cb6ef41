internal import SSEBroker

/// The state machine of a subscriber: a value that is told what happens, and says what to do.
///
/// It sends nothing, asks nobody and knows no time but the ticks that it is told. Its shard feeds it and obeys: see
/// ``Shard/feed(_:_:)``. Every input may come in every state; one that means nothing there changes nothing.
///
/// ```
///  starting ──▶ catchingUp ──▶ joined
///      │         ▲  │  │ ▲       │
///      ▼         │  │  │ └───────┴──── a round is lost, or the log replaced
///   blocked ─────┘  │  ├──▶ reading ──▶ unanswered ──▶ catchingUp
///      ▲            │  └──▶ ahead ──▶ catchingUp
///      └─ a full ───┘
///         socket, from each that may be sent to         from each: ending ──▶ ended
/// ```
@available(SwiftSSE 1.0, *)
struct SubscriberMachine {
    enum State: UInt8, CaseIterable {
        /// Not in its connection's pipeline yet.
        case starting
        /// In its group: has got everything, gets what comes.
        case joined
        /// In the queue of those who read the log from where they are.
        case catchingUp
        /// Waits for events that the engine has and this process has no more.
        case reading
        /// Waits for a while before the engine is asked again, which has not answered.
        case unanswered
        /// Knows more than this process has of the log: waits for what comes after that.
        case ahead
        /// Waits for its connection to take what was sent.
        case blocked
        /// Has been sent its end.
        case ending
        /// Gone.
        case ended
    }

    /// A request to the shard.
    enum Action: Equatable {
        case nothing
        /// Give it a turn: read what is behind its cursor, and tell by ``turn(_:_:)``.
        case queue
        /// It is a member of its group from now on, and leaves that as soon as its state is another one. Send the
        /// message, and tell by ``sent(_:_:_:)``.
        case join(StreamMessage?)
        /// Tell it when the log has grown, by ``logHasGrown(_:)``. Send the message, and tell by ``sent(_:_:_:)``.
        case waitForLog(StreamMessage?)
        /// Send the message, and tell by ``sent(_:_:_:)``.
        case send(StreamMessage)
        /// The same, of a gap. If it is a new one, it is to be counted.
        case tell(GapReason, isNew: Bool)
        /// Send the slice's events, and tell by ``delivered(_:end:_:)``.
        case deliver
        /// Read from the engine behind its cursor, and tell by ``engineAnswered()``.
        case askEngine
        /// Tell it a second later that the engine can be asked again, by ``askAgain()``.
        case waitForEngine
        /// End the stream in order, behind the position and, if the server is ending, the time to come back after.
        ///
        /// - Parameter missed: A gap that is the reason, to be counted.
        case end(EventPosition?, missed: GapReason?)
        /// Close the connection as it is.
        case cut
        /// Close the stream at once, with what its client has not taken.
        case drop
        /// Close the connection at once, with all that it carries: nobody is there.
        case abandon
    }

    /// The shard's knowledge at the time of an input.
    struct View {
        /// The life of the log that ``head`` belongs to.
        var epoch: UInt64
        /// The last event that the subscriber's group has got, as far as the subscriber is concerned: without the round
        /// that is under way, if that has not reached it.
        var head: UInt64
        /// Whether the round that is under way has reached it, or there is none.
        var isServed = true
        /// The oldest event whose own id can be resumed from.
        var first: UInt64 = 1
        /// Seconds since the shard was made.
        var tick: UInt32 = 0
        /// Whether streams end as soon as they have got what there is.
        var isDrained = false
        /// Whether clients are told positions beside the ids of events.
        var tellsPositions = true

        var position: EventPosition { EventPosition(epoch: self.epoch, sequence: self.head) }
    }

    private(set) var state = State.starting
    /// The cursor. It lags while the subscriber is joined, since all members of a group are at the same place.
    private(set) var cursor: LogCursor
    /// Why the stream is over, or will be.
    private(set) var endReason = StreamEndReason.client
    /// The event whose id the client got last, or at whose place it was told a position; `nil` if there is none in the
    /// log that the cursor is in.
    private var told: UInt64?
    /// Whether that id is one that its publisher chose.
    private var isToldOwnID = false
    /// Whether the client is to be told a position as soon as there is nothing else to send.
    private var owesPosition = true
    /// The tick of the last write that was taken, or of the last progress while blocked.
    private var lastTick: UInt32
    /// The watch for a client that is gone.
    private var watch = AcknowledgementWatch()
    /// The tick at which the stream ends.
    private let endTick: UInt32

    /// - Parameters:
    ///   - endTick: The tick at which the stream ends, `.max` for never.
    init(_ cursor: LogCursor, tick: UInt32, endTick: UInt32) {
        self.cursor = cursor
        self.lastTick = tick
        self.endTick = endTick
    }

    // MARK: The connection

    /// It has its place in the connection's pipeline.
    ///
    /// - Parameter isWritable: Whether it may be sent to at once; otherwise ``writable(_:)`` comes.
    mutating func opened(isWritable: Bool, _ view: View) -> Action {
        guard self.state == .starting else { return .nothing }
        self.lastTick = view.tick
        guard isWritable else {
            self.state = .blocked
            return .nothing
        }
        return self.goOn(view)
    }

    /// What was sent has been taken.
    mutating func writable(_ view: View) -> Action {
        guard self.state == .blocked else { return .nothing }
        self.lastTick = view.tick
        return self.queue()
    }

    /// The connection is closed.
    mutating func closed() { self.state = .ended }

    // MARK: Events

    /// Its turn has come.
    ///
    /// - Parameter slice: What was read behind its cursor, `nil` if there is nothing to read for it now.
    mutating func turn(_ slice: LogSlice?, _ view: View) -> Action {
        guard self.state == .catchingUp else { return .nothing }
        guard let slice else { return self.goOn(view) }
        return self.obey(self.cursor.next(slice), view)
    }

    /// Its turn has come, and the log is another one than its cursor is in.
    mutating func logReplaced(_ view: View) -> Action {
        guard self.state == .catchingUp else { return .nothing }
        return self.obey(self.cursor.begin(in: view.epoch), view)
    }

    private mutating func obey(_ step: LogCursor.Step, _ view: View) -> Action {
        switch step {
        case .deliver: return .deliver
        case .wait: return self.goOn(view)
        case .askEngine:
            self.state = .reading
            return .askEngine
        case .tell(let reason, let isNew):
            // Its last event ID may be of another log, and must not bring it here once more.
            self.told = nil
            self.owesPosition = true
            return .tell(reason, isNew: isNew)
        case .end(let reason):
            return self.end(reason == .foreignEpoch ? .replaced : .overrun, view, missed: reason)
        }
    }

    /// Goes on behind its cursor: where it is depends on where the others are.
    private mutating func goOn(_ view: View) -> Action {
        guard self.cursor.position.epoch == view.epoch, !self.cursor.hasGap else { return self.queue() }
        if self.cursor.position.sequence < view.head { return self.queue() }
        guard !view.isDrained else { return self.end(.shutdown, view) }
        self.cursor.reachEnd()
        let isAhead = self.cursor.position.sequence > view.head
        self.state = isAhead ? .ahead : .joined
        let message = self.owesPosition ? self.position(view).map(StreamMessage.position) : nil
        return isAhead ? .waitForLog(message) : .join(message)
    }

    private mutating func queue() -> Action {
        self.state = .catchingUp
        return .queue
    }

    /// Events have been sent: those of a round, or of the slice that its turn was for.
    ///
    /// - Parameter end: How far it has come if all of them have been taken.
    mutating func delivered(_ sent: SendResult<StreamPosition>, end: StreamPosition, _ view: View) -> Action {
        guard self.state == .joined || self.state == .catchingUp else { return .nothing }
        switch sent {
        case .all:
            self.take(end, view)
            return self.state == .joined ? .nothing : self.goOn(view)
        case .some(let position):
            self.take(position, view)
            self.state = .blocked
            return .nothing
        case .nothing:
            return self.cut(.client)
        }
    }

    /// The hot path of ``delivered(_:end:_:)``: a member of a group has got a whole batch.
    mutating func delivered(_ end: StreamPosition, tick: UInt32) {
        self.told = end.id
        self.isToldOwnID = end.isOwnID
        self.owesPosition = false
        self.lastTick = tick
    }

    private mutating func take(_ position: StreamPosition, _ view: View) {
        self.cursor.advance(through: position.cursor)
        self.delivered(position, tick: view.tick)
    }

    /// A message has been sent.
    mutating func sent(_ message: StreamMessage, _ sent: SendResult<Void>, _ view: View) -> Action {
        switch self.state {
        case .starting, .blocked, .ending, .ended: return .nothing
        case .joined, .catchingUp, .reading, .unanswered, .ahead: break
        }
        switch sent {
        case .all:
            self.take(message, view)
            // A turn that was for telling of a gap is over.
            return self.state == .catchingUp ? .queue : .nothing
        case .some:
            self.take(message, view)
            if self.state == .joined { self.cursor.advance(through: view.head) }
            self.state = .blocked
            return .nothing
        case .nothing:
            return self.cut(.client)
        }
    }

    private mutating func take(_ message: StreamMessage, _ view: View) {
        self.lastTick = view.tick
        switch message {
        case .gap, .heartbeat(nil): break
        case .position(let position), .heartbeat(let position?):
            self.told = position.sequence
            self.isToldOwnID = false
            self.owesPosition = false
        }
    }

    /// A round is lost for it, which its group gets or has got: it reads the log itself from where it is.
    mutating func fallBehind(_ view: View) -> Action {
        guard self.state == .joined else { return .nothing }
        self.cursor.advance(through: view.head)
        return self.queue()
    }

    /// There is more in the log, or another log.
    mutating func logHasGrown(_ view: View) -> Action {
        guard self.state == .ahead else { return .nothing }
        let position = self.cursor.position
        if position.epoch == view.epoch, position.sequence > view.head { return .waitForLog(nil) }
        return self.queue()
    }

    // MARK: The engine

    /// The engine has answered: ``turn(_:_:)`` follows, with what it has read.
    mutating func engineAnswered() -> Action {
        guard self.state == .reading else { return .nothing }
        return self.queue()
    }

    /// The engine has not answered, and nothing is missed as long as it may.
    ///
    /// - Parameter isFinal: Whether it will never answer.
    mutating func engineFailed(isFinal: Bool, _ view: View) -> Action {
        guard self.state == .reading else { return .nothing }
        if isFinal || view.isDrained { return self.end(.shutdown, view) }
        self.state = .unanswered
        return .waitForEngine
    }

    /// The engine can be asked again.
    mutating func askAgain() -> Action {
        guard self.state == .unanswered else { return .nothing }
        return self.queue()
    }

    // MARK: Time

    /// A second has passed.
    ///
    /// - Parameters:
    ///   - hasProgressed: Whether the client has taken anything since the last tick. Only asked of one who is to take.
    ///   - routine: When what is done.
    mutating func tick(hasProgressed: Bool, _ routine: Routine, _ view: View) -> Action {
        let silence = view.tick &- self.lastTick
        switch self.state {
        case .starting, .ended:
            return .nothing
        case .blocked where self.endTick <= view.tick:
            return self.end(.lifetime, view)
        case .blocked, .ending:
            if hasProgressed {
                self.lastTick = view.tick
            } else if silence > routine.writeTimeout {
                return self.drop(.writeTimeout)
            }
            return .nothing
        case .joined, .catchingUp, .reading, .unanswered, .ahead:
            // Within a round it gets that first.
            if self.endTick <= view.tick, self.state != .joined || view.isServed { return self.end(.lifetime, view) }
            guard silence >= routine.heartbeat else { return .nothing }
            return .send(.heartbeat(self.position(view)))
        }
    }

    /// Whether the client is to take something that has been sent.
    var isWaitingForClient: Bool { self.state == .blocked || self.state == .ending }

    /// A Boolean value that indicates whether the other end of the connection is to be looked at, and told of by
    /// ``saw(_:_:_:)``: something may have been sent since it had acknowledged everything.
    var isWaitingForPeer: Bool {
        self.state != .starting && self.state != .ended && self.watch.isDue(lastWrite: self.lastTick)
    }

    /// The other end of the connection has been looked at, as it is once a tick if ``isWaitingForPeer``.
    mutating func saw(_ peer: PeerState, _ routine: Routine, _ view: View) -> Action {
        guard self.state != .ended else { return .nothing }
        return self.watch.look(peer, tick: view.tick) >= routine.writeTimeout ? self.abandon() : .nothing
    }

    // MARK: The position

    /// The position up to which the client has seen the log.
    private func seen(_ view: View) -> EventPosition {
        self.state == .joined ? view.position : self.cursor.position
    }

    /// The position that the client is to be told: where it is, unless its last event ID says so. None as long as
    /// something may be missing behind it that the client has not been told of.
    private func position(_ view: View) -> EventPosition? {
        guard view.tellsPositions, self.cursor.isExact else { return nil }
        let seen = self.seen(view)
        guard !self.owesPosition, let told else { return seen }
        // A publisher's id leads nowhere any more when its event has left the log.
        return seen.sequence > told || self.isToldOwnID && told < view.first ? seen : nil
    }

    // MARK: The end

    /// Whether the stream can end now, with all that there is sent to its client.
    func isComplete(_ view: View) -> Bool {
        switch self.state {
        case .joined: view.isServed
        case .ahead: true
        default: false
        }
    }

    /// Ends the stream in order. What is said first is why it has ended.
    mutating func end(_ reason: StreamEndReason, _ view: View, missed: GapReason? = nil) -> Action {
        guard self.state != .ending, self.state != .ended else { return .nothing }
        let position = self.position(view)
        self.setEndReason(reason)
        self.state = .ending
        self.lastTick = view.tick
        return .end(position, missed: missed)
    }

    /// Closes the connection as it is, so that the client can tell that this is no end.
    mutating func cut(_ reason: StreamEndReason) -> Action {
        self.setEndReason(reason)
        return .cut
    }

    /// Closes the stream at once, since its client takes nothing, or not enough.
    mutating func drop(_ reason: StreamEndReason) -> Action {
        self.setEndReason(reason)
        return .drop
    }

    /// Closes the connection at once, since nobody is there.
    mutating func abandon() -> Action {
        self.setEndReason(.gone)
        return .abandon
    }

    private mutating func setEndReason(_ reason: StreamEndReason) {
        if self.endReason == .client { self.endReason = reason }
    }
}
