internal import NIOHTTP1
internal import SSEBroker
internal import Synchronization

/// A page of a history as JSON.
@available(SwiftSSE 1.0, *)
struct HistoryDocument: Encodable, Sendable {
    struct Event: Encodable, Sendable {
        let id: String
        /// The topics of the event that were asked for.
        let topics: [String]
        let type: String
        let data: String
        /// The reconnection time in milliseconds.
        let retry: Int64?
        let isPrivate: Bool
        /// The time at which it was stored, by RFC 3339.
        let time: String?

        private enum CodingKeys: String, CodingKey {
            case id, topics, type, data, retry, time
            case isPrivate = "private"
        }
    }

    let events: [Event]
    /// The value of `before` for the page before this one, `null` if there is none.
    let earlier: String?
    /// The end of the log: to go on from with a stream.
    let lastEventID: String

    private enum CodingKeys: String, CodingKey {
        case events, earlier, lastEventID
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.events, forKey: .events)
        // Also if there is none, since that is an answer.
        try container.encode(self.earlier, forKey: .earlier)
        try container.encode(self.lastEventID, forKey: .lastEventID)
    }

    /// - Parameters:
    ///   - page: The events.
    ///   - selection: What was asked for. An event may have more topics, of which nobody is told who did not ask for them.
    init(_ page: EventHistory, _ selection: TopicSelection) async {
        var turns = MatchTurns(reading: .max)
        var events: [Event] = []
        for record in page.records {
            var topics: [String] = []
            for topic in record.topics {
                let isWanted = await turns.matches(selection, [topic], isPrivate: record.isPrivate)
                if isWanted == true { topics.append(topic.rawValue) }
            }
            let event = record.event
            events.append(
                Event(
                    id: record.id,
                    topics: topics,
                    type: event.type.rawValue,
                    data: event.data,
                    retry: event.retry?.milliseconds,
                    isPrivate: record.isPrivate,
                    time: record.time.map { "\(LogTime($0))" }
                )
            )
        }
        self.events = events
        self.earlier = page.earlier?.wireID
        self.lastEventID = page.end.wireID
    }
}

/// Places for those who read what is in memory until it has been sent, such as pages of histories.
@available(SwiftSSE 1.0, *)
final class PagePermits: Sendable {
    /// The most pages at a time.
    let maximum: Int

    private let taken = Atomic(0)

    init(maximum: Int) { self.maximum = maximum }

    /// The number of places that are taken.
    var count: Int { self.taken.load(ordering: .relaxed) }

    /// A place, which is given back when nobody holds it.
    final class Permit: Sendable {
        private let permits: PagePermits

        fileprivate init(_ permits: PagePermits) { self.permits = permits }

        deinit { self.permits.taken.subtract(1, ordering: .relaxed) }
    }

    /// Takes a place.
    ///
    /// - Parameter what: The name of what is asked for, in the plural.
    /// - Throws: A refusal with 503, if there is no place.
    func take(for what: String) throws(HubRefusal) -> Permit {
        if let permit = self.take() { return permit }
        throw HubRefusal(
            .serviceUnavailable,
            "Too many ask for \(what) at this moment; try again.",
            headers: ["Retry-After": "1"]
        )
    }

    /// Takes a place, `nil` if there is none.
    func take() -> Permit? {
        guard self.taken.add(1, ordering: .relaxed).newValue <= self.maximum else {
            self.taken.subtract(1, ordering: .relaxed)
            return nil
        }
        return Permit(self)
    }
}
