internal import NIOHTTP1
internal import SSEBroker
internal import SSEServer

/// What a subscriber asks for.
@available(SwiftSSE 1.0, *)
struct SubscriptionQuery: Sendable {
    /// What it wants.
    let selectors: [TopicSelector]
    /// The same as the subscriber wrote it.
    let texts: [String]
    /// Where it was, `nil` if it does not say.
    let lastEventID: String?
    /// The events that it asks for of those that there are already.
    let start: SubscriptionStart
    /// The details that it is told of each event beside the event itself.
    let details: EventDetails

    /// The beginning of its stream. A client that comes back has the same query as before, so its last event ID counts
    /// more.
    var point: ResumePoint {
        if let lastEventID, !lastEventID.isEmpty { ResumePoint(lastEventID: lastEventID) } else { self.start.point }
    }

    /// Reads a request.
    ///
    /// - Parameter fields: Those of the query, and of the body if there is one that counts.
    /// - Throws: A refusal with the status 400.
    init(_ fields: FormFields, _ headers: HTTPHeaders, _ names: ProtocolNames) throws(HubRefusal) {
        var selectors: [TopicSelector] = []
        var texts: [String] = []
        do throws(BrokerError) {
            for (name, value) in fields.fields {
                guard let matching = names.matchers[name] else { continue }
                let isTopic = matching == .exact && value != "*"
                selectors.append(isTopic ? .exact(try Topic(value)) : try TopicSelector(value))
                texts.append(value)
            }
        } catch {
            throw HubRefusal(error)
        }
        if names.reservesMatch {
            for (name, _) in fields.fields where names.matchers[name] == nil && Self.isMatcher(name) {
                throw HubRefusal(.badRequest, "Of what begins with `match` this hub knows `match` and `match_exact`.")
            }
        }
        guard !texts.isEmpty else {
            let name = names.matcherName
            throw HubRefusal(.badRequest, "A topic is missing: add `?\(name)=…`, or `?\(name)=*`.")
        }
        self.start = try SubscriptionStart(fields)
        self.details = try Self.details(fields)
        self.selectors = selectors
        self.texts = texts
        self.lastEventID =
            headers.first(name: "Last-Event-ID") ?? names.lastEventIDs.lazy.compactMap { fields[$0] }.first
    }

    /// Reads `details=topics`, a parameter of this hub and of no protocol.
    private static func details(_ fields: FormFields) throws(HubRefusal) -> EventDetails {
        let values = fields.all("details")
        guard values.allSatisfy({ $0 == "topics" }) else {
            throw HubRefusal(.badRequest, "The details that this hub can add to events are `topics`.")
        }
        return values.isEmpty ? .none : .topics
    }

    /// Whether a name begins with `match`, in any case.
    private static func isMatcher(_ name: String) -> Bool {
        name.utf8.prefix(5).map { $0 | 0x20 }.elementsEqual("match".utf8)
    }
}
