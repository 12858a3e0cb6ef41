internal import JWTKit
internal import Foundation
internal import SSEBroker

/// What a verified token allows.
@available(SwiftSSE 1.0, *)
struct PublisherGrant: Sendable {
    let selection: TopicSet
    let expiry: Date?

    /// A selector that cannot be read grants nothing.
    init(_ claims: MercureClaims) {
        self.selection = TopicSet((claims.mercure?.publish ?? []).compactMap { try? TopicSelector($0) })
        self.expiry = claims.exp?.value
    }

    var isExpired: Bool { self.expiry.map { $0 <= Date.now } ?? false }

    /// Whether all of an event's topics are granted.
    func allows(_ topics: [Topic]) -> Bool { topics.allSatisfy { self.selection.matches($0) } }
}
