internal import DequeModule

/// Looks back through a log for the newest events that a selection wants.
///
/// A log is read forwards, so this reads windows of it, each one before the last and twice as long: of a topic that has
/// many events little is looked at, and of a rare one everything, once. Comparing is done in turns, so that others on
/// the thread have theirs, and ends when it has cost too much.
@available(SwiftSSE 1.0, *)
struct HistorySearch {
    /// The numbers that the first window has, and the most that one has.
    private static let (firstWindow, largestWindow) = (64 as UInt64, 65_536 as UInt64)
    /// The most events that are read in one go.
    private static let readLimit = 256
    /// The most bytes of them that an engine is asked for in one go.
    private static let readBytes = 1024 * 1024
    /// The units of a ``MatchBudget`` between two pauses.
    private static let turn = 50_000
    /// The units after which the search ends with what it has: some tenths of a second. Those an engine spends count
    /// for themselves, by ``engineReads``.
    static let mostUnits = 200_000_000
    /// The readings of an engine after which the search ends.
    private static let engineReads = 512

    /// The events that have been found, and their place.
    struct Found {
        /// The log that was looked at.
        var epoch: UInt64
        /// The newest events, in order; empty if only their place was asked for.
        var records: [LogRecord] = []
        /// The number behind which they begin.
        var cursor: UInt64
        /// The number behind which the log begins.
        var floor: UInt64
    }

    private let store: LogStore
    private let mirror: EngineMirror?
    private let selection: TopicSelection
    private let keepsRecords: Bool
    private let bytes: Int
    private let mostUnits: Int

    /// A Boolean value that indicates whether one event more is compared though too much has been spent.
    private var isUrgent = false
    private var spentUnits = 0
    private var spentInTurn = 0
    private var readCount = 0

    /// - Parameters:
    ///   - store: The newest part of the log, or all of it.
    ///   - mirror: The way to the rest, `nil` if there is none.
    ///   - selection: Which events are wanted.
    ///   - keepsRecords: A Boolean value that indicates whether the events are wanted, and not only their place.
    ///   - bytes: The most bytes of events to keep, but at least one event.
    ///   - mostUnits: The units of a ``MatchBudget`` after which the search ends.
    init(
        _ store: LogStore,
        _ mirror: EngineMirror?,
        _ selection: TopicSelection,
        keepsRecords: Bool,
        bytes: Int = .max,
        mostUnits: Int = HistorySearch.mostUnits
    ) {
        self.mostUnits = mostUnits
        self.store = store
        self.mirror = mirror
        self.selection = selection
        self.keepsRecords = keepsRecords
        self.bytes = bytes
    }

    /// Looks back until so many events have been found.
    ///
    /// - Parameter end: The last number to look at.
    mutating func run(_ count: Int, through end: UInt64) async throws(BrokerError) -> Found {
        let here = self.store.bounds
        var floor = here.first - 1
        if let mirror, floor > 0 {
            let whole = try await mirror.currentBounds()
            guard whole.epoch == here.epoch else { throw .logIsReplaced }
            floor = min(floor, max(whole.first, 1) - 1)
        }
        var found = Found(epoch: here.epoch, cursor: max(end, floor), floor: floor)
        var page = Page(limit: count, bytes: self.bytes, keepsRecords: self.keepsRecords)
        var window = Self.firstWindow
        let last = found.cursor
        while found.cursor > floor, !page.isFull, !self.isSpent {
            let end = found.cursor
            // One window is read in one place.
            let isHere = end >= here.first
            let start = max(end > window ? end - window : 0, isHere ? here.first - 1 : floor)
            var part = page.rest
            if try await self.read(after: start, through: end, isHere: isHere, found.epoch, into: &part) {
                page.put(part)
                found.cursor = page.isFull ? page.cursor ?? start : start
                window = min(window * 2, Self.largestWindow)
            } else if page.isEmpty, end == last, window > 1 {
                // Its end has not been reached. So that whoever asks for one page after the other gets anywhere, one
                // event is compared, whatever that costs.
                (window, self.isUrgent) = (1, true)
            } else {
                break
            }
            if self.isUrgent, found.cursor < last { break }
        }
        found.records = page.records
        return found
    }

    private var isSpent: Bool {
        if self.isUrgent { return self.readCount >= 2 * Self.engineReads }
        return self.spentUnits >= self.mostUnits || self.readCount >= Self.engineReads
    }

    /// Reads a window.
    ///
    /// - Returns: `false` if the search has to end before the window does. The newest of it have not been looked at
    ///   then, so the others do not count.
    private mutating func read(
        after start: UInt64,
        through end: UInt64,
        isHere: Bool,
        _ epoch: UInt64,
        into page: inout Page
    ) async throws(BrokerError) -> Bool {
        var cursor = start
        var place = MatchPlace()
        while cursor < end, !self.isSpent {
            // What has been found so far would say of the rest that there is nothing.
            if Task.isCancelled { throw BrokerError(code: .engineUnavailable, message: "The search was cancelled.") }
            var slice: LogSlice
            if isHere {
                var budget = MatchBudget(Self.turn)
                slice = self.store.read(
                    after: cursor,
                    from: place,
                    through: end,
                    self.selection,
                    limit: Self.readLimit,
                    &budget
                )
                guard slice.epoch == epoch else { throw .logIsReplaced }
                place = slice.place
                // Looking at an event costs something also where nothing is compared.
                await self.spend(Self.turn - budget.left + 16 * slice.records.count)
            } else {
                slice = try await self.readEngine(after: cursor)
                slice.truncate(through: end)
            }
            for record in slice.records { page.add(record) }
            cursor = max(cursor, slice.cursor)
        }
        return cursor >= end
    }

    /// Counts what has been spent, and lets others have their turn when this one is over.
    private mutating func spend(_ units: Int) async {
        self.spentUnits += units
        self.spentInTurn += units
        guard self.spentInTurn >= Self.turn else { return }
        self.spentInTurn = 0
        await MatchTurns.pause()
    }

    private mutating func readEngine(after cursor: UInt64) async throws(BrokerError) -> LogSlice {
        guard let mirror else { preconditionFailure("What is in memory is all there is.") }
        self.readCount += 1
        let selection = self.selection
        return try await mirror.perform(.reading) { engine async throws(BrokerError) in
            try await engine.read(after: cursor, selection, limit: Self.readLimit, bytes: Self.readBytes)
        }
    }
}

/// The newest of some events: when there are too many, or they have too many bytes, the oldest go.
@available(SwiftSSE 1.0, *)
private struct Page {
    private struct Item {
        let sequence: UInt64
        /// `nil` if only the place is wanted.
        let record: LogRecord?
        let byteCount: Int
    }

    private var items: Deque<Item> = []
    private var byteCount = 0
    private let limit: Int
    private let bytes: Int
    private let keepsRecords: Bool
    /// A Boolean value that indicates whether one event is kept, however many bytes it has.
    private let keepsOne: Bool
    /// A Boolean value that indicates whether something has been let go of.
    private var hasLeft = false

    init(limit: Int, bytes: Int, keepsRecords: Bool, keepsOne: Bool = true) {
        self.limit = max(0, limit)
        self.bytes = bytes
        self.keepsRecords = keepsRecords
        self.keepsOne = keepsOne
    }

    /// An empty page of what comes before this one and has room beside it.
    var rest: Page {
        Page(
            limit: self.limit - self.items.count,
            bytes: self.bytes - self.byteCount,
            keepsRecords: self.keepsRecords,
            keepsOne: self.items.isEmpty
        )
    }

    /// A Boolean value that indicates whether nothing has room that comes before.
    var isFull: Bool { self.hasLeft || self.items.count >= self.limit }

    var isEmpty: Bool { self.items.isEmpty }

    var records: [LogRecord] { self.items.compactMap(\.record) }

    /// The number behind which the events begin, `nil` if there are none.
    var cursor: UInt64? { self.items.first.map { $0.sequence - 1 } }

    /// Adds the next event.
    mutating func add(_ record: LogRecord) {
        let byteCount = self.keepsRecords ? record.byteCount : 0
        self.items.append(
            Item(
                sequence: record.position.sequence,
                record: self.keepsRecords ? record : nil,
                byteCount: byteCount
            )
        )
        self.byteCount += byteCount
        let least = self.keepsOne ? 1 : 0
        while self.items.count > self.limit || self.byteCount > self.bytes && self.items.count > least,
            let first = self.items.popFirst()
        {
            self.byteCount -= first.byteCount
            self.hasLeft = true
        }
    }

    /// Puts before the events what has come in a page of the rest.
    mutating func put(_ rest: Page) {
        self.items.prepend(contentsOf: rest.items)
        self.byteCount += rest.byteCount
        self.hasLeft = self.hasLeft || rest.hasLeft
    }
}
