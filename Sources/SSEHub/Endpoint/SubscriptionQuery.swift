internal import NIOHTTP1
internal import SSEBroker

/// What a subscriber asks for.
@available(SwiftSSE 1.0, *)
struct SubscriptionQuery: Sendable {
    /// What it wants.
    let selectors: [TopicSelector]
    /// The same as the subscriber wrote it.
    let texts: [String]
    /// Where it was, `nil` if it does not say.
    let lastEventID: String?

    /// Reads a request.
    ///
    /// - Throws: A refusal with the status 400.
    init(_ query: Substring, _ headers: HTTPHeaders, _ names: ProtocolNames) throws(HubRefusal) {
        let fields = try FormFields(query)
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
        self.selectors = selectors
        self.texts = texts
        self.lastEventID =
            headers.first(name: "Last-Event-ID") ?? names.lastEventIDs.lazy.compactMap { fields[$0] }.first
    }

    /// Whether a name begins with `match`, in any case.
    private static func isMatcher(_ name: String) -> Bool {
        name.utf8.prefix(5).map { $0 | 0x20 }.elementsEqual("match".utf8)
    }
}
