internal import Foundation
internal import JWTKit
internal import SSEBroker

/// What a verified token allows.
@available(SwiftSSE 1.0, *)
struct TokenGrant: Sendable {
    /// The topics that may be published to.
    let publish: TopicSet
    /// The topics of the private events that its bearer may have.
    let subscribe: [TopicSelector]
    /// What the token says of its subscriber to others.
    let payload: JSONValue?
    let expiry: Date?

    /// A selector that cannot be read grants nothing.
    init(_ claims: MercureClaims) {
        func selectors(_ texts: [String]?) -> [TopicSelector] { (texts ?? []).compactMap { try? TopicSelector($0) } }
        self.publish = TopicSet(selectors(claims.grants?.publish))
        self.subscribe = selectors(claims.grants?.subscribe)
        self.payload = claims.grants?.payload
        self.expiry = claims.exp?.value
    }

    /// How long the token is still good for, `nil` if it does not say.
    var remainingTime: Duration? {
        // Bounded, since whoever signs a token can write any number into it.
        self.expiry.map { .milliseconds(Int64(max(-1, min($0.timeIntervalSinceNow, 1e9)) * 1000)) }
    }

    var isExpired: Bool { self.remainingTime.map { $0 <= .zero } ?? false }

    /// Whether all of an event's topics may be published to.
    func allowsPublishing(to topics: [Topic]) -> Bool { topics.allSatisfy { self.publish.matches($0) } }
}
