internal import DequeModule

/// The events that are kept, in one total order, with what it takes to find them again.
///
/// Appending costs the same however much is kept. A sequence number is found by subtraction, a publisher's id by hashing,
/// and the events of a topic by its own list of numbers, so that replaying one topic does not look at the others.
///
/// A value without a lock or a clock: ``LogStore`` is what tasks share.
@available(SwiftSSE 1.0, *)
struct EventLog: Sendable {
    private struct Entry {
        let record: LogRecord
        let time: Duration
    }

    let epoch: UInt64
    let retention: Retention

    private var entries: Deque<Entry> = []
    private var byteCount = 0
    /// How many of the events are private.
    private var privateCount = 0
    /// How many numbers have no event.
    private var holeCount = 0
    private(set) var sequencesOfTopics: [Topic: Deque<UInt64>] = [:]
    private(set) var sequencesOfIDs: [String: Deque<UInt64>] = [:]
    /// The sequence number of the next event.
    private var nextSequence: UInt64

    /// Makes an empty log.
    ///
    /// - Parameter nextSequence: The number of the first event: not 1 for the copy of a log that has begun elsewhere.
    init(epoch: UInt64, nextSequence: UInt64 = 1, retention: Retention) {
        self.epoch = epoch
        self.nextSequence = nextSequence
        self.retention = retention
    }

    var first: UInt64 { self.nextSequence - UInt64(self.entries.count) }
    var last: UInt64 { self.nextSequence - 1 }
    var bounds: LogBounds { LogBounds(epoch: self.epoch, first: self.first, last: self.last) }
    var nextPosition: EventPosition { EventPosition(epoch: self.epoch, sequence: self.nextSequence) }

    /// How much the log holds.
    func size(at time: Duration) -> LogSize {
        let age = self.entries.first.map { max(.zero, time - $0.time) } ?? .zero
        return LogSize(events: self.entries.count, bytes: self.byteCount, oldestAge: age)
    }

    // MARK: Appending and forgetting

    /// Adds the next event and lets go of what retention no longer covers.
    mutating func append(_ record: LogRecord, at time: Duration) {
        precondition(record.position == self.nextPosition, "Events are appended in order.")
        let sequence = self.nextSequence
        self.nextSequence += 1
        self.entries.append(Entry(record: record, time: time))
        self.byteCount += record.frame.chunk.count
        if record.isPrivate { self.privateCount += 1 }
        if record.isHole { self.holeCount += 1 }
        for (index, topic) in record.topics.enumerated() where !record.topics[..<index].contains(topic) {
            self.sequencesOfTopics[topic, default: []].append(sequence)
        }
        if let id = record.publisherID { self.sequencesOfIDs[id, default: []].append(sequence) }
        while self.entries.count > self.retention.events || self.byteCount > self.retention.bytes,
            self.entries.count > 1
        {
            self.removeFirst()
        }
        self.removeExpired(at: time)
    }

    /// Lets go of the events that have become too old.
    mutating func removeExpired(at time: Duration) {
        guard let age = self.retention.age else { return }
        while let entry = self.entries.first, time - entry.time > age { self.removeFirst() }
    }

    /// Lets go of the events before another, as far as there are any.
    mutating func removeEvents(before sequence: UInt64) {
        while !self.entries.isEmpty, self.first < sequence { self.removeFirst() }
    }

    /// Goes on at a sequence number, if it is behind the next one, with an empty log.
    mutating func skip(to sequence: UInt64) {
        guard sequence > self.nextSequence else { return }
        while !self.entries.isEmpty { self.removeFirst() }
        self.nextSequence = sequence
    }

    private mutating func removeFirst() {
        let sequence = self.first
        let record = self.entries.removeFirst().record
        self.byteCount -= record.frame.chunk.count
        if record.isPrivate { self.privateCount -= 1 }
        if record.isHole { self.holeCount -= 1 }
        for topic in record.topics { Self.remove(sequence, from: &self.sequencesOfTopics[topic]) }
        if let id = record.publisherID { Self.remove(sequence, from: &self.sequencesOfIDs[id]) }
    }

    /// Removes the oldest number of a list, and the list when it was the last.
    private static func remove(_ sequence: UInt64, from sequences: inout Deque<UInt64>?) {
        guard sequences?.first == sequence else { return }
        if sequences?.count == 1 {
            sequences = nil
        } else {
            sequences?.removeFirst()
        }
    }

    // MARK: Finding

    /// The earliest event with an id that its publisher chose, among those that a subscriber may have: an id that can be
    /// guessed must not tell whether there is a private event with it.
    func sequence(ofPublisherID id: String, allowedBy selection: TopicSelection) -> UInt64? {
        self.sequencesOfIDs[id]?.first { selection.allows(self.entries[self.index(of: $0)].record) }
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

    /// Reads what a selection wants behind a cursor.
    ///
    /// - Parameters:
    ///   - cursor: The sequence number of the last event that is known.
    ///   - end: The last sequence number to look at.
    ///   - limit: The most events to return. If each event has to be asked for, because of templates or because some are
    ///     private, no more than 16 times as many are looked at.
    func read(after cursor: UInt64, through end: UInt64, _ selection: TopicSelection, limit: Int) -> LogSlice {
        let end = min(end, self.last)
        var slice = LogSlice(records: [], cursor: end, isMissingEvents: cursor < self.first - 1)
        slice.epoch = self.epoch
        // One who has been elsewhere may know more than is here.
        guard cursor < end, self.first <= end else {
            slice.cursor = max(cursor, self.first - 1)
            return slice
        }
        let start = max(cursor + 1, self.first)
        if selection.wanted.isAll, selection.grants.isAll || self.privateCount == 0 {
            let stop = min(end, start + UInt64(limit) - 1)
            slice.records = self.entries[self.index(of: start)...self.index(of: stop)].map(\.record)
            if self.holeCount > 0 { slice.records.removeAll(where: \.isHole) }
            slice.firstTime = self.entries[self.index(of: start)].time
            slice.cursor = stop
        } else if selection.wanted.isExact {
            let sequences = self.sequences(of: selection.wanted.exactTopics, in: start...end, limit: limit)
            slice.records = sequences.map { self.entries[self.index(of: $0)].record }.filter(selection.allows)
            if sequences.count == limit { slice.cursor = sequences[limit - 1] }
        } else {
            let stop = min(end, start + UInt64(limit) * 16 - 1)
            slice.cursor = stop
            for sequence in start...stop {
                let record = self.entries[self.index(of: sequence)].record
                guard selection.matches(record) else { continue }
                slice.records.append(record)
                if slice.records.count == limit {
                    slice.cursor = sequence
                    break
                }
            }
        }
        return slice
    }

    private func index(of sequence: UInt64) -> Int { Int(sequence - self.first) }

    /// The first numbers in a range at which one of some topics has an event.
    private func sequences(of topics: [Topic], in range: ClosedRange<UInt64>, limit: Int) -> [UInt64] {
        var found: [UInt64] = []
        for topic in topics {
            guard let sequences = self.sequencesOfTopics[topic] else { continue }
            let start = sequences.firstIndex(notBelow: range.lowerBound)
            found += sequences[start...].prefix(limit).prefix { $0 <= range.upperBound }
        }
        guard topics.count > 1 else { return found }
        found.sort()
        var result: [UInt64] = []
        for sequence in found where result.last != sequence {
            result.append(sequence)
            if result.count == limit { break }
        }
        return result
    }
}

extension Deque<UInt64> {
    /// Where the first number is that is not below another, by halving.
    fileprivate func firstIndex(notBelow number: UInt64) -> Int {
        var range = self.startIndex..<self.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if self[middle] < number {
                range = (middle + 1)..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }
}

@available(SwiftSSE 1.0, *)
extension EventLog {
    /// How many lists of numbers are held, for tests to see that none is left behind.
    var indexSize: Int { self.sequencesOfTopics.count + self.sequencesOfIDs.count }
}
