internal import DequeModule
internal import HeapModule

/// The events that are kept, in one total order, with what it takes to find them again.
///
/// Appending costs the same however much is kept. A sequence number is found by subtraction, a publisher's id by
/// hashing, and the events of a topic by its own list of numbers, so that replaying one topic does not look at the
/// others.
///
/// A value without a lock or a clock: ``LogStore`` is what tasks share.
@available(SwiftSSE 1.0, *)
struct EventLog: Sendable {
    struct Entry {
        let record: LogRecord
        let time: Duration
    }

    let epoch: UInt64
    let retention: Retention

    private var queue = LeanDeque<Entry>()
    /// Bytes of what the events do not share.
    private var ownByteCount = 0
    /// How many of the events are private.
    private var privateCount = 0
    /// How many numbers have no event.
    private var holeCount = 0
    private(set) var topics = NameIndex<Topic>()
    private(set) var ids = NameIndex<String>()
    private var departed: DepartedTopics
    /// The sequence number of the next event.
    private var nextSequence: UInt64

    /// Makes an empty log.
    ///
    /// - Parameter nextSequence: The number of the first event: not 1 for the copy of a log that has begun elsewhere.
    init(epoch: UInt64, nextSequence: UInt64 = 1, retention: Retention) {
        self.epoch = epoch
        self.nextSequence = nextSequence
        self.retention = retention
        self.departed = DepartedTopics(after: nextSequence - 1, bytes: retention.bytes / 32)
    }

    var entries: Deque<Entry> { self.queue.elements }
    var first: UInt64 { self.nextSequence - UInt64(self.entries.count) }
    var last: UInt64 { self.nextSequence - 1 }
    var bounds: LogBounds { LogBounds(epoch: self.epoch, first: self.first, last: self.last) }
    var nextPosition: EventPosition { EventPosition(epoch: self.epoch, sequence: self.nextSequence) }

    /// Bytes of memory that the log takes: its events, and what it has to find them.
    ///
    /// A text that several events have, of a topic or an id, is held once and counted once.
    var byteCount: Int {
        self.ownByteCount + self.queue.byteCount + self.topics.byteCount + self.ids.byteCount + self.departed.byteCount
    }

    /// The time at which the newest event was stored, `nil` if there is none or its engine does not say.
    var latestTime: Duration? { self.entries.last?.record.time }

    /// How much the log holds.
    func size(at time: Duration) -> LogSize {
        let age = self.entries.first.map { max(.zero, time - $0.time) } ?? .zero
        return LogSize(events: self.entries.count, bytes: self.byteCount, oldestAge: age)
    }

    // MARK: Appending and forgetting

    /// Adds the next event and lets go of what retention no longer covers.
    mutating func append(_ record: LogRecord, at time: Duration) {
        precondition(record.position == self.nextPosition, "Events are appended in order.")
        let record = self.index(record)
        self.nextSequence += 1
        self.queue.append(Entry(record: record, time: time))
        self.ownByteCount += record.ownByteCount
        if record.isPrivate { self.privateCount += 1 }
        if record.isHole { self.holeCount += 1 }
        while self.entries.count > self.retention.events || self.byteCount > self.retention.bytes,
            self.entries.count > 1
        {
            self.removeFirst()
        }
        _ = self.removeExpired(at: time, limit: Self.stepLength)
    }

    /// Notes under which names the next event is found.
    ///
    /// - Returns: The event, with the texts that others have already instead of the same ones of its own.
    private mutating func index(_ record: LogRecord) -> LogRecord {
        var record = record
        let sequence = self.nextSequence
        var isShared = false
        for (index, topic) in record.topics.enumerated() {
            guard let (known, last) = self.topics.append(sequence, to: topic) else { continue }
            if index == 0 {
                // Most events have the same topics as one before them, and share the list as well.
                let topics = self.entries[self.index(of: last)].record.topics
                isShared = topics == record.topics
                if isShared { record.topics = topics }
            }
            // Of a short text there is nothing to share.
            if !isShared, HeldBytes.text(topic.rawValue) > 0 { record.topics[index] = known }
        }
        if let id = record.publisherID, let (known, _) = self.ids.append(sequence, to: id) {
            record.publisherID = known
        }
        return record
    }

    /// The most events that one step lets go of, since whoever holds the log's lock has all others wait.
    static let stepLength = 256

    /// Lets go of the events that have become too old.
    ///
    /// - Parameter limit: The most events to let go of.
    /// - Returns: Whether none is left that is too old.
    mutating func removeExpired(at time: Duration, limit: Int = .max) -> Bool {
        guard let age = self.retention.age else { return true }
        var left = limit
        while let entry = self.entries.first, time - entry.time > age {
            guard left > 0 else { return false }
            self.removeFirst()
            left -= 1
        }
        return true
    }

    /// Lets go of the events before another, as far as there are any.
    ///
    /// - Parameter limit: The most events to let go of.
    /// - Returns: Whether none is left.
    mutating func removeEvents(before sequence: UInt64, limit: Int = .max) -> Bool {
        var left = limit
        while !self.entries.isEmpty, self.first < sequence {
            guard left > 0 else { return false }
            self.removeFirst()
            left -= 1
        }
        return true
    }

    private mutating func removeFirst() {
        let sequence = self.first
        let record = self.queue.removeFirst().record
        self.ownByteCount -= record.ownByteCount
        if record.isPrivate { self.privateCount -= 1 }
        if record.isHole { self.holeCount -= 1 }
        for topic in record.topics { self.topics.remove(sequence, from: topic) }
        self.departed.note(record.topics, of: sequence)
        if let id = record.publisherID { self.ids.remove(sequence, from: id) }
    }

    // MARK: Finding

    /// The events with an id that their publisher chose, the earliest first.
    ///
    /// - Parameters:
    ///   - start: How many of them to pass over.
    ///   - limit: The most events to return.
    func records(withPublisherID id: String, from start: Int = 0, limit: Int) -> [LogRecord] {
        guard let sequences = self.ids.lists[id]?.elements else { return [] }
        return sequences.dropFirst(start).prefix(limit).map { self.entries[self.index(of: $0)].record }
    }

    /// The number of the first event that was stored at a time or later, or of the next one. An event whose time nobody
    /// knows is older.
    func sequence(since time: Duration) -> UInt64 {
        let entries = self.entries
        return self.first + UInt64(entries.partitioningIndex { ($0.record.time ?? .zero) >= time })
    }

    /// The id of an event, also of the last one that has left the log; `nil` if there was none.
    ///
    /// Of a private event it is the position, which tells those nothing who may not have the event.
    func id(of sequence: UInt64) -> String? {
        guard sequence > 0, sequence <= self.last else { return nil }
        let position = EventPosition(epoch: self.epoch, sequence: sequence).wireID
        guard sequence >= self.first else { return position }
        let record = self.entries[self.index(of: sequence)].record
        return record.isPrivate ? position : record.id
    }

    /// The most events that are taken out of the log at a time, to be compared with a selection one by one.
    private static let candidateLimit = 512

    /// Takes out what a selection may want behind a cursor, without comparing anything: names of topics are looked up,
    /// and all else is for ``LogCandidates/slice(for:after:from:limit:_:)``.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number of the last event that is known.
    ///   - end: The last sequence number to look at.
    ///   - limit: The most events that are wanted.
    func candidates(
        after cursor: UInt64,
        through end: UInt64,
        _ selection: TopicSelection,
        limit: Int
    ) -> LogCandidates {
        let end = min(end, self.last)
        let isMissingEvents = cursor < self.first - 1 && self.mayHaveHad(selection.wanted, after: cursor)
        var candidates = LogCandidates(cursor: end, isMissingEvents: isMissingEvents, epoch: self.epoch)
        // One who has been elsewhere may know more than is here.
        guard cursor < end, self.first <= end else {
            candidates.cursor = max(cursor, self.first - 1)
            return candidates
        }
        let start = max(cursor + 1, self.first)
        candidates.firstTime = self.entries[self.index(of: start)].time
        let isAllAllowed = selection.grants.isAll || self.privateCount == 0
        if selection.wanted.isExact {
            let sequences = self.sequences(of: selection.wanted.exactTopics, in: start...end, limit: limit)
            candidates.records = sequences.map { self.entries[self.index(of: $0)].record }
            if sequences.count == limit { candidates.cursor = sequences[limit - 1] }
            candidates.question = isAllAllowed ? .none : .isAllowed
        } else {
            let isAll = selection.wanted.isAll && isAllAllowed
            let count = UInt64(isAll ? limit : Self.candidateLimit)
            let stop = end - start < count ? end : start + count - 1
            candidates.records = self.entries[self.index(of: start)...self.index(of: stop)].map(\.record)
            candidates.cursor = stop
            // A hole has no topic, and nobody wants it.
            candidates.question = isAll && self.holeCount == 0 ? .none : .matches
        }
        return candidates
    }

    /// Whether something that is wanted may have left the log behind a number.
    private func mayHaveHad(_ wanted: TopicSet, after cursor: UInt64) -> Bool {
        !wanted.isExact || self.departed.mayHaveHad(wanted.exactTopics, after: cursor)
    }

    private func index(of sequence: UInt64) -> Int { Int(sequence - self.first) }

    /// The next number at which a topic has an event, and where that stands in the topic's list.
    private struct TopicHead: Comparable {
        let sequence: UInt64
        let list: Int
        let index: Int

        static func < (first: TopicHead, second: TopicHead) -> Bool { first.sequence < second.sequence }
    }

    /// The first numbers in a range at which one of some topics has an event. It takes no longer than the numbers that
    /// are returned, times the logarithm of the number of topics for each topic that an event has of those.
    private func sequences(of topics: [Topic], in range: ClosedRange<UInt64>, limit: Int) -> [UInt64] {
        let lists = topics.compactMap { self.topics.lists[$0]?.elements }
        if lists.count == 1 {
            let start = lists[0].partitioningIndex { $0 >= range.lowerBound }
            return Array(lists[0][start...].prefix(limit).prefix { $0 <= range.upperBound })
        }
        var heads = Heap<TopicHead>()
        func push(_ list: Int, _ index: Int) {
            guard index < lists[list].endIndex, lists[list][index] <= range.upperBound else { return }
            heads.insert(TopicHead(sequence: lists[list][index], list: list, index: index))
        }
        for list in lists.indices { push(list, lists[list].partitioningIndex { $0 >= range.lowerBound }) }
        var result: [UInt64] = []
        while let head = heads.popMin() {
            if result.last != head.sequence {
                guard result.count < limit else { break }
                result.append(head.sequence)
            }
            push(head.list, head.index + 1)
        }
        return result
    }
}

extension Deque {
    /// The index of the first element that a test holds for, as it does for all behind it, by halving.
    fileprivate func partitioningIndex(where test: (Element) -> Bool) -> Int {
        var range = self.startIndex..<self.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if test(self[middle]) {
                range = range.lowerBound..<middle
            } else {
                range = (middle + 1)..<range.upperBound
            }
        }
        return range.lowerBound
    }
}

@available(SwiftSSE 1.0, *)
extension EventLog {
    /// How many lists of numbers are held, for tests to see that none is left behind.
    var indexSize: Int { self.topics.lists.count + self.ids.lists.count }

    /// All events, for tests to look at.
    var records: [LogRecord] { self.entries.map(\.record) }
}
