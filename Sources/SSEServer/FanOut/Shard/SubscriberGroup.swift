internal import SSEBroker

/// The subscribers of one event loop that want the same events, and have got all of them so far.
///
/// While a batch goes out, the members before ``next`` have got it. Whoever joins has everything already and so joins
/// them; whoever leaves is replaced so that the two parts stay apart.
@available(SwiftSSE 1.0, *)
final class SubscriberGroup {
    let selection: TopicSelection

    /// The group's number if its members are told the topics of events, so that their bytes are their own; otherwise
    /// ``FrameBatch/everybody``.
    let owner: UInt64

    /// A Boolean value that indicates whether the members are told the topics of events.
    var tellsTopics: Bool { self.owner != FrameBatch.everybody }

    /// The members by their places in the shard's storage.
    private(set) var members: ContiguousArray<Int32> = []

    /// How many subscribers hold on to this group, members or not.
    var subscriberCount = 0

    /// The events of the current round, before they become a batch.
    var records: [LogRecord] = []
    /// What goes out in the current round, as it is put together when it is asked for.
    private var chunkedBatch: FrameBatch?
    private var plainBatch: FrameBatch?
    /// Whether the members read the round's events on their own.
    private var isRoundLost = false
    /// The first member that has not got it.
    private(set) var next = 0

    /// A part of the log in which nothing is wanted.
    var quietRange: QuietRange?
    /// Where the group stands in a ``GroupTable``.
    var tablePlace = GroupTable.Place()

    init(_ selection: TopicSelection, owner: UInt64 = FrameBatch.everybody) {
        self.selection = selection
        self.owner = owner
    }

    // MARK: Rounds

    func beginWalk() { self.next = 0 }

    /// Gives up the round that begins: each member is where it was before, until ``endWalk()``.
    func loseRound() { self.isRoundLost = true }

    /// The next member that has to get the batch.
    func popNext() -> Int? {
        guard self.next < self.members.count else { return nil }
        defer { self.next += 1 }
        return Int(self.members[self.next])
    }

    /// Whether every member has got the batch.
    var isWalkComplete: Bool { self.next >= self.members.count }

    /// Whether a member has got what the current round brings.
    func hasServed(_ member: Int, _ places: MemberPlaces) -> Bool {
        !self.isRoundLost && (self.records.isEmpty || places[member] < self.next)
    }

    func endWalk() {
        self.records.removeAll(keepingCapacity: true)
        self.isRoundLost = false
        self.chunkedBatch = nil
        self.plainBatch = nil
    }

    /// What goes out, in a framing.
    func batch(_ framing: FrameBatch.Framing, make: ([LogRecord]) -> FrameBatch) -> FrameBatch {
        switch framing {
        case .chunked:
            if let chunkedBatch { return chunkedBatch }
            let batch = make(self.records)
            self.chunkedBatch = batch
            return batch
        case .plain:
            if let plainBatch { return plainBatch }
            let batch = make(self.records)
            self.plainBatch = batch
            return batch
        }
    }

    // MARK: Members

    func insert(_ member: Int, _ places: inout MemberPlaces) {
        places[member] = self.members.count
        self.members.append(Int32(member))
        self.swap(self.members.count - 1, self.next, &places)
        self.next += 1
    }

    func remove(_ member: Int, _ places: inout MemberPlaces) {
        var index = places[member]
        if index < self.next {
            self.next -= 1
            self.swap(index, self.next, &places)
            index = self.next
        }
        self.swap(index, self.members.count - 1, &places)
        self.members.removeLast()
        places[member] = MemberPlaces.none
    }

    /// Notes that a subscriber has another index, which nobody else has.
    func move(_ member: Int, to index: Int, _ places: inout MemberPlaces) {
        guard places.isMember(member) else { return }
        self.members[places[member]] = Int32(index)
        places[index] = places[member]
        places[member] = MemberPlaces.none
    }

    private func swap(_ first: Int, _ second: Int, _ places: inout MemberPlaces) {
        guard first != second, second < self.members.count else { return }
        self.members.swapAt(first, second)
        places[Int(self.members[first])] = first
        places[Int(self.members[second])] = second
    }
}

/// Where in their groups the members of a shard's groups stand.
struct MemberPlaces {
    /// The place of one who is in no group.
    static let none = -1

    private var places: ContiguousArray<Int32> = []

    /// The place of the subscriber with an index in the shard's storage.
    subscript(member: Int) -> Int {
        get { member < self.places.count ? Int(self.places[member]) : Self.none }
        set {
            while self.places.count <= member { self.places.append(Int32(Self.none)) }
            self.places[member] = Int32(newValue)
        }
    }

    func isMember(_ member: Int) -> Bool { self[member] != Self.none }

    mutating func removeAll() { self.places = [] }
}

/// A part of a log in which a selection wants nothing, so that it need not be compared with that once more.
struct QuietRange: Sendable {
    let epoch: UInt64
    /// The event before.
    private(set) var start: UInt64
    /// The last event that is known not to be wanted.
    private(set) var end: UInt64

    init(epoch: UInt64, after start: UInt64, through end: UInt64) {
        self.epoch = epoch
        self.start = start
        self.end = end
    }

    /// The end, if the event behind a cursor is known not to be wanted.
    func end(after cursor: UInt64) -> UInt64? { self.start <= cursor && cursor < self.end ? self.end : nil }

    /// Adds a part to a range, or puts it in its place if the two do not meet.
    static func add(_ other: QuietRange, to range: inout QuietRange?) {
        guard let known = range, known.epoch == other.epoch, known.start <= other.end, other.start <= known.end else {
            range = other
            return
        }
        range?.start = min(known.start, other.start)
        range?.end = max(known.end, other.end)
    }
}
