internal import SSEBroker

/// Where in the model a stream is: says what may come next, and what may not.
@available(SwiftSSE 1.0, *)
struct ModelCursor {
    let selection: ModelSelection
    /// The reason of the gap that has to be told before anything else.
    private var firstGap: String?
    /// The number up to which all that is wanted has come, or has been told to be missing.
    private(set) var position: UInt64
    /// Whether a gap has been told since the last event, and events may be missing.
    private var isGap = false
    private(set) var overrunCount = 0
    private(set) var eventCount = 0
    private(set) var positionCount = 0

    init(_ selection: ModelSelection, after position: UInt64, firstGap: String?) {
        self.selection = selection
        self.position = position
        self.firstGap = firstGap
    }

    /// Goes on by what has come.
    ///
    /// - Parameters:
    ///   - events: All that has been published.
    ///   - first: The number of the oldest event that is kept by now.
    mutating func advance(by items: [StreamItem], _ events: [ModelEvent], first: UInt64) throws {
        for item in items {
            if let reason = item.gap {
                try self.advance(byGap: reason, events, first: first)
            } else if case .id(let id) = item {
                try self.advance(byPosition: id, events)
            } else if case .event(let event) = item {
                guard self.firstGap == nil else { throw ModelMismatch("An event came before the gap was told.") }
                let id = event.id?.rawValue ?? ""
                let found = self.isGap ? self.next(events, withID: id) : self.next(events)
                guard let expected = found else { throw ModelMismatch("\(id) came, but nothing is to come.") }
                guard id == expected.id else {
                    throw ModelMismatch("\(id) came where \(expected.id), number \(expected.sequence), is next.")
                }
                guard event.type.rawValue == expected.type, event.data == expected.data else {
                    throw ModelMismatch("\(id) is not what was published.")
                }
                self.position = expected.sequence
                self.isGap = false
                self.eventCount += 1
            }
        }
    }

    /// A position says that everything up to there has come, or has been told to be missing.
    private mutating func advance(byPosition id: String, _ events: [ModelEvent]) throws {
        guard let sequence = EventPosition(wireID: id)?.sequence else { throw ModelMismatch("\(id) is no position.") }
        guard self.firstGap == nil else { throw ModelMismatch("A position came before the gap was told.") }
        guard sequence >= self.position else {
            throw ModelMismatch("The position \(sequence) came behind number \(self.position).")
        }
        if !self.isGap, let next = self.next(events), next.sequence <= sequence {
            throw ModelMismatch("The position \(sequence) came, but \(next.sequence) has not.")
        }
        self.position = sequence
        self.positionCount += 1
    }

    private mutating func advance(byGap reason: String, _ events: [ModelEvent], first: UInt64) throws {
        if let expected = self.firstGap {
            guard reason == expected else { throw ModelMismatch("The gap is \(reason) instead of \(expected).") }
            self.firstGap = nil
        } else {
            guard reason == GapReason.overrun.rawValue else { throw ModelMismatch("A gap \(reason) came on the way.") }
            guard first > self.position + 1 else {
                throw ModelMismatch("An overrun was told behind number \(self.position), where all is still kept.")
            }
            // Who names its topics is told of no gap that has left by events for others.
            let gone = events[Int(self.position)..<Int(min(first - 1, UInt64(events.count)))]
            guard !self.selection.isExact || gone.contains(where: self.selection.wants) else {
                throw ModelMismatch("An overrun was told behind number \(self.position), where nothing was wanted.")
            }
            self.overrunCount += 1
        }
        // Only what is gone may be missing, whatever was told.
        self.isGap = first > self.position + 1
    }

    /// The next event that is wanted.
    private func next(_ events: [ModelEvent]) -> ModelEvent? {
        events[Int(self.position)...].first { self.selection.wants($0) }
    }

    /// The next event that is wanted and has this id, which no other has.
    private func next(_ events: [ModelEvent], withID id: String) -> ModelEvent? {
        events[Int(self.position)...].first { $0.id == id && self.selection.wants($0) }
    }

    /// Whether nothing that is wanted is left to come.
    func isComplete(_ events: [ModelEvent]) -> Bool { self.next(events) == nil }
}
