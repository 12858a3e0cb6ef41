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
