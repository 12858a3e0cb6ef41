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
