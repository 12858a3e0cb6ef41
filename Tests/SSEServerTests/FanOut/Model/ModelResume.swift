internal import SSEBroker
internal import SSETestSupport

/// With what a client of the model comes.
@available(SwiftSSE 1.0, *)
enum ModelResume: Sendable {
    case latest
    case earliest
    /// The id of an event that has been published.
    case known(id: String)
    /// What is never an event's id, and why.
    case wrong(id: String, GapReason)

    static func random(
        lastEventID: String?,
        epoch: UInt64,
        _ log: ModelLog,
        using generator: inout SeededGenerator
    ) -> ModelResume {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0, 1: .latest
        case 2: .earliest
        case 3, 4: log.random(using: &generator).map { .known(id: $0.id) } ?? .earliest
        case 5: .wrong(id: EventPosition(epoch: epoch + 1, sequence: 1).wireID, .foreignEpoch)
        case 6: .wrong(id: EventPosition(epoch: epoch, sequence: 1 << 40).wireID, .future)
        case 7: .wrong(id: "#not-an-id!", .malformed)
        case 8: .wrong(id: String(repeating: "long", count: 300), .tooLong)
        case 9: .wrong(id: "nobody's", .unknown)
        default: lastEventID.map { .known(id: $0) } ?? .latest
        }
    }

    var field: String? {
        switch self {
        case .latest: nil
        case .earliest: "Last-Event-ID: earliest"
        case .known(let id), .wrong(let id, _): "Last-Event-ID: \(id)"
        }
    }

    /// Where the stream has to begin, given what the head of the response tells; `nil` if it is refused.
    func cursor(_ head: StreamHead, _ selection: ModelSelection, _ policy: ResumePolicy, _ events: [ModelEvent])
        throws -> ModelCursor?
    {
        let outcome = head["X-Outcome"] ?? head.statusLine
        let first = Self.bounds(head, "X-First")
        let last = Self.bounds(head, "X-Last")
        var expected: Set<String> = []
        var knownSequence: UInt64?
        switch self {
        case .latest: expected = ["live"]
        case .earliest: expected = ["earliest"]
        case .wrong(_, let reason): expected = [reason.rawValue]
        case .known(let id):
            let sequence = EventPosition(wireID: id)?.sequence ?? events.first { $0.id == id }?.sequence ?? 0
            knownSequence = sequence
            // The log may have moved between the two looks at its bounds.
            let isOwn = id.hasPrefix("#")
            let oldest = isOwn ? sequence + 1 : sequence
            if oldest >= first.lowerBound { expected.insert("resumed") }
            if oldest < first.upperBound { expected.insert((isOwn ? GapReason.evicted : .unknown).rawValue) }
        }
        let isGap = GapReason(rawValue: outcome) != nil
        if outcome == "refused" {
            guard policy == .refuse, expected.contains(where: { GapReason(rawValue: $0) != nil }) else {
                throw ModelMismatch("\(self) was refused.")
            }
            return nil
        }
        guard expected.contains(outcome), !isGap || policy != .refuse else {
            throw ModelMismatch("\(self) led to \(outcome) instead of \(expected), with \(policy).")
        }
        guard let start = head["X-Start"].flatMap({ UInt64($0) }) else { throw ModelMismatch("No start.") }
        let isAtEnd = outcome == "live" || isGap && policy == .startLive
        let isRight =
            outcome == "resumed"
            ? start == knownSequence
            : isAtEnd ? last.contains(start) : (first.lowerBound - 1...first.upperBound - 1).contains(start)
        guard isRight else { throw ModelMismatch("\(self) led to \(outcome) at \(start), with \(first) and \(last).") }
        let id = head["Last-Event-ID"]
        guard id == (start == 0 ? nil : events[Int(start) - 1].id) || Self.isWireID(id, of: start) else {
            throw ModelMismatch("The stream begins behind \(start) and is said to begin behind \(id ?? "nothing").")
        }
        return ModelCursor(selection, after: start, firstGap: isGap ? outcome : nil)
    }

    /// The id that stands for a publisher's once its event has left the log.
    private static func isWireID(_ id: String?, of sequence: UInt64) -> Bool {
        id.flatMap { EventPosition(wireID: $0) }?.sequence == sequence
    }

    private static func bounds(_ head: StreamHead, _ name: String) -> ClosedRange<UInt64> {
        let numbers = head[name]?.split(separator: " ").compactMap { UInt64($0) } ?? []
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return 0...0 }
        return numbers[0]...numbers[1]
    }
}
