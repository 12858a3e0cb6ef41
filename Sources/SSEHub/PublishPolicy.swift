/// Who may publish to a hub.
@available(SwiftSSE 1.0, *)
public enum PublishPolicy: Sendable, Hashable {
    /// Nobody.
    case nobody

    /// Everybody who reaches the hub, except pages of other origins. For trying it out on one's own machine.
    case everybody

    /// Who has a JSON Web Token that is signed with this key by HMAC-SHA256, and whose claim `mercure.publish` has
    /// selectors for all of the event's topics.
    ///
    /// The key has at least ``minimumKeyBytes`` bytes; with a shorter one no token is valid.
    case bearersOfTokens(key: String)

    /// The fewest bytes of a key: as many as HMAC-SHA256 has (RFC 7518, section 3.2).
    public static let minimumKeyBytes = 32
}
