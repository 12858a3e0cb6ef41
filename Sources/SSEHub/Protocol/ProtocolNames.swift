/// What things are called in a generation of the protocol: parameters, headers, cookies and types of events. The hub asks
/// this alone, so that nothing else depends on the generation.
@available(SwiftSSE 1.0, *)
struct ProtocolNames: Sendable {
    /// How a parameter says what a subscriber wants.
    enum Matching: Sendable {
        /// `*`, a URI template or a topic.
        case selector
        /// `*` or a topic, whatever braces it has.
        case exact
    }

    /// The parameters that say what a subscriber wants.
    let matchers: [String: Matching]
    /// The one that people are told of.
    let matcherName: String
    /// Whether other parameters that begin with `match` are refused, since a later protocol may mean something by them.
    let reservesMatch: Bool
    /// The parameters with a last event ID, of which the first that is there counts. The header comes before them.
    let lastEventIDs: [String]
    /// The headers by which a subscriber is told where its stream begins.
    let cursorHeaders: [String]
    /// The cookies that a token may be in, of which the first that is there counts.
    let cookies: [String]
    /// Whether a token may be in the query, if the configuration allows that as well.
    let allowsTokenInQuery: Bool
    /// The types of the hub's own events, which nobody else may publish.
    let reservedTypes: Set<String>

    init(_ version: MercureVersion) {
        let isOld = version != .version1
        let isNew = version != .version0
        var matchers: [String: Matching] = [:]
        if isOld { matchers["topic"] = .selector }
        if isNew {
            matchers["match"] = .exact
            matchers["match_exact"] = .exact
        }
        self.matchers = matchers
        self.matcherName = version.matcherName
        self.reservesMatch = isNew
        self.lastEventIDs = (isNew ? ["last_event_id"] : []) + (isOld ? ["lastEventID", "Last-Event-ID"] : [])
        self.cursorHeaders = (isOld ? ["Last-Event-ID"] : []) + (isNew ? ["Mercure-Last-Event-ID"] : [])
        self.cookies =
            (isNew ? ["__Secure-mercure_access_token"] : []) + (isOld ? ["mercureAuthorization"] : [])
        self.allowsTokenInQuery = isOld
        self.reservedTypes = isNew ? ["mercure"] : []
    }
}
