internal import SSEBroker

/// Puts the topics of events before them, for those who ask for ``EventDetails/topics``.
///
/// Only what the client could find out by subscribing to the topics one by one: a topic is told if the client's own
/// selectors match it, and that of a private event if its grants match it as well.
@available(SwiftSSE 1.0, *)
struct TopicTelling {
    /// The most that comparing the topics of one event may cost, so that the answer does not depend on what else there
    /// is to do. Enough for a hundred topics and a template of one variable.
    static let eventBudget = 20_000
    /// The cost of the bytes, beside that of what is compared.
    private static let recordCost = 256
    private static let bytesOfUnit = 8

    private let selection: TopicSelection

    /// - Parameter selection: Which events the client wants, and may have.
    init(_ selection: TopicSelection) {
        self.selection = selection
    }

    /// An event with its topics before it.
    ///
    /// - Parameter budget: Gets what it has cost, which may be more than is left.
    func tell(_ record: LogRecord, _ budget: inout MatchBudget) -> LogRecord {
        var share = MatchBudget(Self.eventBudget)
        var fields: [UInt8] = []
        for topic in record.topics {
            var place = MatchPlace()
            let isTold = self.selection.matches([topic], isPrivate: record.isPrivate, from: &place, &share)
            guard let isTold else {
                fields += "more-topics: true\n".utf8
                break
            }
            guard isTold else { continue }
            // A topic has no line ends, nor any other control character.
            fields += "topic: ".utf8
            fields += topic.rawValue.utf8
            fields.append(UInt8(ascii: "\n"))
        }
        if record.isPrivate { fields += "private: true\n".utf8 }
        let told = record.preceded(by: fields)
        let byteCost = told.frame.chunk.count / Self.bytesOfUnit
        budget.spend(Self.eventBudget - share.left + Self.recordCost + byteCost)
        return told
    }

    /// Puts their topics before the events of a slice, and leaves out the last events if the budget does not last for
    /// them or if they would be too many bytes; one event is always left.
    func tell(_ slice: inout LogSlice, bytes limit: Int, _ budget: inout MatchBudget) {
        var byteCount = 0
        for index in slice.records.indices {
            if index > 0, budget.isSpent || byteCount > limit {
                return slice.truncate(through: slice.records[index - 1].position.sequence)
            }
            slice.records[index] = self.tell(slice.records[index], &budget)
            byteCount += slice.records[index].frame.chunk.count
        }
    }
}

/// The details that a stream tells of each event beside the event itself.
///
/// An event on the wire does not say what it is about. A stream that asks for it gets lines before each event, of
/// fields that every parser of the format ignores (HTML Standard, section 9.2.6):
///
/// - `topic: …` for each topic of the event that the stream's own selectors match, and for a private event its grants
///   as well: what the client could find out by subscribing to the topics one by one;
/// - `more-topics: true` if it would take too long to find out about the others;
/// - `private: true` if the event is private.
@available(SwiftSSE 1.0, *)
public struct EventDetails: Sendable, Hashable {
    private enum Kind { case none, topics }

    private let kind: Kind

    /// Nothing: events as they are.
    public static let none = EventDetails(kind: .none)

    /// The topics, and whether the event is private.
    public static let topics = EventDetails(kind: .topics)
}
