internal import Foundation
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
    /// The time of its end, with the leeway; `nil` for never.
    let expiry: Date?

    /// - Parameter leeway: How much the clocks of issuer and hub may differ.
    /// - Throws: The fault if the token is not valid at this time, or has a selector that cannot be read: to pass
    ///   over it would take from the bearer what the issuer has meant to grant, without a word.
    init(_ claims: MercureClaims, leeway: Duration) throws(TokenFault) {
        func selectors(_ claim: String, _ texts: [String]?) throws(TokenFault) -> [TopicSelector] {
            do throws(BrokerError) {
                var selectors: [TopicSelector] = []
                for text in texts ?? [] { selectors.append(try TopicSelector(text)) }
                return selectors
            } catch {
                throw .selector(claim: claim, reason: error.message)
            }
        }
        let seconds = leeway / .seconds(1)
        self.expiry = claims.expiry?.addingTimeInterval(seconds)
        if let beginning = claims.beginning, beginning.timeIntervalSinceNow > seconds { throw .notYetValid }
        self.publish = TopicSet(try selectors("publish", claims.grants?.publish))
        self.subscribe = try selectors("subscribe", claims.grants?.subscribe)
        self.payload = claims.grants?.payload
        guard !self.isExpired else { throw .expired }
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
