internal import SSEBroker
internal import SSETestSupport
internal import ServerSentEvents

@testable internal import SSEServer

/// A subscriber's machine with its cursor, and around it the plainest shell there can be: a log that is an array, a connection
/// that takes what the next step says, and a client that remembers what it got. A value, so that every way to go on can be
/// tried from the same place.
@available(SwiftSSE 1.0, *)
struct MachineModel {
    /// What may happen, in any order.
    enum Step: CaseIterable {
        case publish
        case publishForOthers
        case evict
        case replaceLog
        /// The shard begins a round, or has come to this subscriber in the one that is under way.
        case round
        case turn
        case engine
        case engineFails
        /// The next thing that is sent is cut in its middle.
        case fill
        case writable
        case tick
        case drain
        /// The connection breaks, and the client comes back with its last event ID.
        case comeBack
    }

    /// How a model is set up.
    struct Setting: Sendable, CustomStringConvertible {
        var overrunPolicy: OverrunPolicy
        var resumePolicy: ResumePolicy
        var hasEngine: Bool

        var description: String {
            "overrun: \(self.overrunPolicy), resume: \(self.resumePolicy), engine: \(self.hasEngine)"
        }

        static let all = OverrunPolicy.allCases.flatMap { overrun in
            [ResumePolicy.startLive, .replayAll].flatMap { resume in
                [false, true].map { Setting(overrunPolicy: overrun, resumePolicy: resume, hasEngine: $0) }
            }
        }
    }

    /// The most events of an epoch.
    static let length = 64
    static let epochs: UInt64 = 3

    /// Every record there can be: by its epoch, its number, and whether it is wanted.
    private static let records: [[[LogRecord]]] = (0..<Self.epochs).map { epoch in
        (0...UInt64(Self.length)).map { sequence in
            (["b", "a"] as [Topic]).compactMap { topic in
                let position = EventPosition(epoch: epoch, sequence: sequence)
                return try? LogRecord(position: position, topics: [topic], event: ServerSentEvent(data: ""))
            }
        }
    }

    // MARK: The log

    private let setting: Setting
    private var epoch: UInt64 = 0
    /// Which events of each epoch are wanted, the first of which has the number 1.
    private var isWanted: [[Bool]] = [[]]
    /// The oldest event that this process, and that the engine has.
    private var first: UInt64 = 1
    private var engineFirst: UInt64 = 1
    private var last: UInt64 { UInt64(self.isWanted[Int(self.epoch)].count) }

    // MARK: The shard

    private var machine: SubscriberMachine
    private var head: UInt64 = 0
    private var headBefore: UInt64 = 0
    private var shardEpoch: UInt64 = 0
    private var tick: UInt32 = 0
    private var isDrained = false
    /// The events of the round that is under way.
    private var round: [LogRecord] = []
    private var isMember = false
    private var isServed = true
    private var isFull = false
    private var mustWrite = false
    private var isOver = false

    // MARK: The client

    /// What its last event ID says, `nil` if it has none.
    private var lastEventID: EventPosition?
    /// Up to where the client knows that it has missed nothing but what it was told of.
    private var seen: EventPosition
    private var isGap = false

    init(_ setting: Setting) {
        self.setting = setting
        let beginning = ResumedCursor(epoch: 0, sequence: 0, outcome: .live, lastEventID: nil)
        self.machine = Self.machine(beginning, setting, tick: 0)
        self.seen = EventPosition(epoch: 0, sequence: 0)
    }

    private static func machine(_ beginning: ResumedCursor, _ setting: Setting, tick: UInt32) -> SubscriberMachine {
        let cursor = LogCursor(beginning, TopicSelection("a"), setting.overrunPolicy, hasEngine: setting.hasEngine)
        return SubscriberMachine(cursor, tick: tick, endTick: .max)
    }

    private var view: SubscriberMachine.View {
        SubscriberMachine.View(
            epoch: self.shardEpoch,
            head: self.isServed ? self.head : self.headBefore,
            isServed: self.isServed,
            first: self.first,
            tick: self.tick,
            isDrained: self.isDrained
        )
    }

    // MARK: What happens

    /// Lets something happen.
    ///
    /// - Returns: Whether it could happen at all.
    mutating func take(_ step: Step) throws -> Bool {
        switch step {
        case .publish, .publishForOthers:
            guard self.last < Self.length else { return false }
            self.isWanted[Int(self.epoch)].append(step == .publish)
        case .evict:
            guard self.first <= self.last else { return false }
            self.first += 1
            // The engine keeps three more.
            self.engineFirst = max(self.engineFirst, self.first > 3 ? self.first - 3 : 1)
        case .replaceLog:
            guard self.setting.hasEngine, self.epoch + 1 < Self.epochs else { return false }
            self.epoch += 1
            self.isWanted.append([])
            (self.first, self.engineFirst) = (1, 1)
        case .round: return try self.goOnWithRound()
        case .turn: return try self.giveTurn()
        case .engine, .engineFails:
            guard self.machine.state == .reading || self.machine.state == .unanswered else { return false }
            try self.answer(isFailure: step == .engineFails)
        case .fill:
            guard !self.isFull, !self.mustWrite else { return false }
            self.isFull = true
        case .writable:
            guard self.mustWrite else { return false }
            self.mustWrite = false
            try self.feed { machine, view in machine.writable(view) }
        case .tick:
            self.tick += 20
            try self.feed { $0.tick(hasProgressed: true, Routine(.defaults), $1) }
        case .drain:
            guard !self.isDrained else { return false }
            self.isDrained = true
            if !self.isServed { try self.feed { $0.fallBehind($1) } }
            if self.machine.isComplete(self.view) { try self.feed { $0.end(.shutdown, $1) } }
        case .comeBack: try self.comeBack()
        }
        return true
    }

    private mutating func goOnWithRound() throws -> Bool {
        if !self.isServed {
            // The walk has come to it.
            let records = self.round
            self.isServed = true
            let end = StreamPosition(cursor: self.head, id: records.last?.position.sequence ?? 0, isOwnID: false)
            let sent = try self.send(records)
            try self.feed { $0.delivered(sent, end: end, $1) }
            return true
        }
        self.headBefore = self.head
        guard self.epoch == self.shardEpoch else {
            if self.isMember { try self.feed { $0.fallBehind($1) } }
            (self.shardEpoch, self.head, self.headBefore) = (self.epoch, self.last, self.last)
            try self.feed { $0.logHasGrown($1) }
            return true
        }
        guard self.last > self.head else { return false }
        if self.head + 1 < self.first, self.isMember { try self.feed { $0.fallBehind($1) } }
        let start = max(self.head + 1, self.first)
        self.head = self.last
        self.round = start <= self.last ? self.wanted(start...self.last) : []
        if self.isMember, !self.round.isEmpty { self.isServed = false }
        try self.feed { $0.logHasGrown($1) }
        return true
    }

    private mutating func giveTurn() throws -> Bool {
        guard self.machine.state == .catchingUp else { return false }
        let cursor = self.machine.cursor
        if cursor.position.epoch != self.shardEpoch {
            let isShardLate = cursor.position.epoch == self.epoch
            try self.feed { isShardLate ? $0.turn(nil, $1) : $0.logReplaced($1) }
        } else if self.epoch != self.shardEpoch || cursor.position.sequence >= self.head && !cursor.hasGap {
            try self.feed { $0.turn(nil, $1) }
        } else {
            var slice = self.slice(first: self.first)
            slice.epoch = self.epoch
            try self.feed(slice) { $0.turn(slice, $1) }
        }
        return true
    }

    private mutating func answer(isFailure: Bool) throws {
        if self.machine.state == .unanswered { try self.feed { machine, _ in machine.askAgain() } }
        guard self.machine.state == .reading else { return }
        if isFailure { return try self.feed { $0.engineFailed(isFinal: false, $1) } }
        try self.feed { machine, _ in machine.engineAnswered() }
        guard self.machine.cursor.position.epoch == self.shardEpoch, self.epoch == self.shardEpoch else { return }
        let slice = self.slice(first: self.engineFirst)
        try self.feed(slice) { $0.turn(slice, $1) }
    }

    /// Two events at most, so that catching up takes several turns.
    private func slice(first: UInt64) -> LogSlice {
        let cursor = self.machine.cursor.position.sequence
        let start = max(cursor + 1, first)
        let end = min(self.head, start + 1)
        return LogSlice(
            records: start <= end ? self.wanted(start...end) : [],
            cursor: max(cursor, start <= end ? end : first - 1),
            isMissingEvents: cursor + 1 < first
        )
    }

    private func wanted(_ range: ClosedRange<UInt64>) -> [LogRecord] {
        range.filter { self.isWanted[Int(self.epoch)][Int($0) - 1] }.map { Self.records[Int(self.epoch)][Int($0)][1] }
    }

    // MARK: What the machine says

    private mutating func feed(
        _ slice: LogSlice? = nil,
        _ input: (inout SubscriberMachine, SubscriberMachine.View) -> SubscriberMachine.Action
    ) throws {
        var action = self.tell(input)
        while true {
            switch action {
            case .nothing, .queue, .askEngine, .waitForEngine, .waitForLog(nil): return
            case .join(nil):
                self.isMember = true
                return
            case .join(let message?):
                self.isMember = true
                action = try self.send(message)
            case .waitForLog(let message?), .send(let message): action = try self.send(message)
            case .tell(let reason, _): action = try self.send(.gap(reason))
            case .deliver:
                guard let slice else { throw ModelMismatch("Nothing was read that could be delivered.") }
                let id = slice.records.last?.position.sequence ?? 0
                let sent = try self.send(slice.records)
                let end = StreamPosition(cursor: slice.cursor, id: id, isOwnID: false)
                action = self.tell { $0.delivered(sent, end: end, $1) }
            case .end(let position, _):
                if let position { try self.receive(position) }
                self.isOver = true
                return
            case .cut, .drop, .abandon: return
            }
        }
    }

    private mutating func tell(
        _ input: (inout SubscriberMachine, SubscriberMachine.View) -> SubscriberMachine.Action
    ) -> SubscriberMachine.Action {
        let action = input(&self.machine, self.view)
        if self.machine.state != .joined {
            self.isMember = false
            self.isServed = true
        }
        return action
    }

    private mutating func send(_ records: [LogRecord]) throws -> SendResult<StreamPosition> {
        try self.mayWrite()
        guard self.isFull, let first = records.first else {
            for record in records { try self.receive(record) }
            return .all
        }
        // The first event is cut, and the connection completes it.
        (self.isFull, self.mustWrite) = (false, true)
        try self.receive(first)
        let sequence = first.position.sequence
        // As a batch says it: whoever has got all of it has got what is not wanted behind it, too.
        let end = records.count == 1 && self.machine.state == .joined ? self.head : sequence
        return .some(StreamPosition(cursor: end, id: sequence, isOwnID: false))
    }

    private mutating func send(_ message: StreamMessage) throws -> SubscriberMachine.Action {
        try self.mayWrite()
        switch message {
        case .gap: try self.receiveGap()
        case .position(let position), .heartbeat(let position?): try self.receive(position)
        case .heartbeat(nil): break
        }
        let sent: SendResult<Void> = self.isFull ? .some(()) : .all
        if self.isFull { (self.isFull, self.mustWrite) = (false, true) }
        return self.tell { $0.sent(message, sent, $1) }
    }

    private func mayWrite() throws {
        guard !self.mustWrite, !self.isOver else { throw ModelMismatch("It is sent to while it takes nothing.") }
    }

    // MARK: What the client gets

    private mutating func receive(_ record: LogRecord) throws {
        let position = record.position
        guard position.epoch == self.seen.epoch else { throw ModelMismatch("\(position) is of another log.") }
        guard position.sequence > self.seen.sequence else { throw ModelMismatch("\(position) came twice.") }
        try self.checkNothingIsMissing(before: position.sequence)
        self.move(to: position)
    }

    private mutating func receive(_ position: EventPosition) throws {
        guard position.epoch == self.seen.epoch, position.sequence >= self.seen.sequence else {
            throw ModelMismatch("The position \(position) leads back behind \(self.seen).")
        }
        try self.checkNothingIsMissing(before: position.sequence + 1)
        self.move(to: position)
    }

    private mutating func move(to position: EventPosition) {
        self.seen = position
        self.lastEventID = position
        self.isGap = false
    }

    private func checkNothingIsMissing(before sequence: UInt64) throws {
        guard !self.isGap else { return }
        let wanted = self.isWanted[Int(self.seen.epoch)]
        for missing in self.seen.sequence + 1..<max(sequence, self.seen.sequence + 1) where wanted[Int(missing) - 1] {
            throw ModelMismatch("\(missing) is missing before \(sequence).")
        }
    }

    private mutating func receiveGap() throws {
        self.isGap = true
        // Its cursor is where it goes on from.
        let position = self.machine.cursor.position
        if position.epoch == self.seen.epoch, position.sequence == self.seen.sequence, !self.isTold {
            throw ModelMismatch("A gap was told where nothing is missing, at \(position).")
        }
        self.seen = position
        self.isTold = false
    }

    /// Whether a gap has to be told, since the client came with what leads nowhere.
    private var isTold = false

    private mutating func comeBack() throws {
        guard !self.isDrained else { return }
        self.machine.closed()
        self.isMember = false
        self.isServed = true
        (self.isFull, self.mustWrite, self.isOver) = (false, false, false)
        let oldest = self.setting.hasEngine ? self.engineFirst : self.first
        var beginning = ResumedCursor(epoch: self.epoch, sequence: self.last, outcome: .live, lastEventID: nil)
        if let id = self.lastEventID {
            if id.epoch == self.epoch, id.sequence + 1 >= oldest {
                (beginning.sequence, beginning.outcome) = (id.sequence, .resumed)
                // What came behind its last id comes again.
                self.seen = id
            } else {
                beginning.outcome = .gap(id.epoch == self.epoch ? .evicted : .foreignEpoch)
                if self.setting.resumePolicy == .replayAll {
                    (beginning.sequence, beginning.mayBeginLater) = (oldest - 1, self.setting.hasEngine)
                }
            }
        }
        self.isTold = if case .gap = beginning.outcome { true } else { false }
        if beginning.outcome == .live { self.seen = EventPosition(epoch: self.epoch, sequence: self.last) }
        self.machine = Self.machine(beginning, self.setting, tick: self.tick)
        self.isGap = beginning.mayBeginLater
        try self.feed { machine, view in machine.opened(isWritable: true, view) }
    }

    // MARK: The end

    /// Lets all happen that is due, after which the client must have all that there is.
    mutating func settle() throws {
        for _ in 0..<4 * Self.length {
            var hasHappened = false
            for step in [Step.writable, .turn, .engine, .round] where try self.take(step) { hasHappened = true }
            guard hasHappened else { break }
        }
        if self.isOver || self.machine.state == .ending { return }
        guard self.machine.state == .joined || self.isDrained else {
            throw ModelMismatch("It is \(self.machine.state) at the end, at \(self.machine.cursor.position).")
        }
        // A heartbeat tells where that is.
        _ = try self.take(.tick)
        guard self.lastEventID == EventPosition(epoch: self.epoch, sequence: self.last) else {
            throw ModelMismatch("The last event ID is \(self.lastEventID.map(\.wireID) ?? "none") at the end.")
        }
    }

    /// Begins: the client is connected.
    mutating func begin() throws { try self.feed { machine, view in machine.opened(isWritable: true, view) } }
}
