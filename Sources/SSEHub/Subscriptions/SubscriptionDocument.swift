internal import Foundation

/// A subscription as JSON-LD (Mercure 0.x, “Active subscriptions”).
@available(SwiftSSE 1.0, *)
struct SubscriptionDocument: Encodable {
    private enum CodingKeys: String, CodingKey {
        case context = "@context"
        case id, type, subscriber, topic, active, payload, lastEventID
    }

    private let context: String?
    private let id: String
    private let type = "Subscription"
    private let subscriber: String
    private let topic: String
    private let active: Bool
    private let payload: JSONValue?
    private let lastEventID: String?

    /// One that stands alone.
    init(_ subscription: ActiveSubscription, isActive: Bool, lastEventID: String? = nil) {
        self.init(subscription, isActive, context: SubscriptionCollection.context, lastEventID: lastEventID)
    }

    /// One of a collection.
    init(memberOfCollection subscription: ActiveSubscription) {
        self.init(subscription, true, context: nil, lastEventID: nil)
    }

    private init(_ subscription: ActiveSubscription, _ isActive: Bool, context: String?, lastEventID: String?) {
        self.context = context
        self.id = subscription.id
        self.subscriber = subscription.subscriber
        self.topic = subscription.selector
        self.active = isActive
        self.payload = subscription.payload
        self.lastEventID = lastEventID
    }
}

@available(SwiftSSE 1.0, *)
extension Encodable where Self: Sendable {
    /// The JSON, the same for the same value.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
