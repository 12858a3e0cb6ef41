/// Who may publish to a hub.
@available(SwiftSSE 1.0, *)
public enum PublishPolicy: Sendable {
    /// Nobody.
    case nobody

    /// Everybody who reaches the hub, except pages of other origins. For trying it out on one's own machine.
    case everybody

    /// Who has a JSON Web Token that one of these keys verifies, and whose claim `mercure.publish` has selectors for all
    /// of the event's topics.
    case bearersOfTokens(TokenKeys)
}

/// Who may subscribe to a hub, and who gets private events.
@available(SwiftSSE 1.0, *)
public enum SubscribePolicy: Sendable {
    /// Everybody; nobody gets private events.
    case everybody

    /// Who has a JSON Web Token that one of these keys verifies. It gets the private events that have a topic which a
    /// selector of its claim `mercure.subscribe` matches, until the token expires, with which its streams end.
    ///
    /// With `admitsOthers`, who has no token gets what is not private.
    case bearersOfTokens(TokenKeys, admitsOthers: Bool = false)
}

/// Which generation of the Mercure protocol a hub speaks.
///
/// The two differ in what things are called. What the hub knows of 1.0 are those names; what it leaves out is listed in
/// <doc:ComingFromMercure>.
@available(SwiftSSE 1.0, *)
public enum MercureVersion: String, Sendable, Hashable, CaseIterable {
    /// That of Internet-Draft 07, which clients in production speak.
    case version0 = "0.x"

    /// That of Internet-Draft 08.
    case version1 = "1.0"

    /// Both: each client is understood by the names that it uses, and answered by those of both.
    case both

    /// The name of the parameter by which a subscriber says what it wants: `topic`, or with 1.0 alone `match`.
    public var matcherName: String { self == .version1 ? "match" : "topic" }
}
