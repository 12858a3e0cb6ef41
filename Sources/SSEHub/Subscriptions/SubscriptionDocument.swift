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

/// Subscriptions as JSON-LD (Mercure 0.x, “Subscription API”).
@available(SwiftSSE 1.0, *)
struct SubscriptionCollection: Encodable {
    /// What the words of the documents mean.
    static let context = "https://mercure.rocks/"

    private enum CodingKeys: String, CodingKey {
        case context = "@context"
        case id, type, lastEventID, subscriptions
    }

    private let context = Self.context
    private let id: String
    private let type = "Subscriptions"
    /// The last event before this was true.
    private let lastEventID: String
    private let subscriptions: [SubscriptionDocument]

    init(id: String, lastEventID: String, _ subscriptions: [ActiveSubscription]) {
        self.id = id
        self.lastEventID = lastEventID
        self.subscriptions = subscriptions.map(SubscriptionDocument.init(memberOfCollection:))
    }
}

/// A subscription that is there, or has just ended: one selector of one subscriber.
@available(SwiftSSE 1.0, *)
struct ActiveSubscription: Sendable {
    /// Where the subscriptions are, beneath the hub.
    static let path = RequestTarget.hub + "/subscriptions"

    /// The selector, as the subscriber wrote it.
    let selector: String
    /// The subscriber's own id, which the hub has made.
    let subscriber: String
    /// What the subscriber's token says to others.
    let payload: JSONValue?
    /// How many bytes the payload has as JSON.
    private let payloadByteCount: Int

    /// Its address, which also is the topic of the events that tell of it.
    let id: String

    init(selector: String, subscriber: String, payload: JSONValue?, payloadByteCount: Int = 0) {
        self.selector = selector
        self.subscriber = subscriber
        self.payload = payload
        self.payloadByteCount = payloadByteCount
        self.id = Self.id(selector: selector) + "/" + PercentEncoding.encode(subscriber)
    }

    /// About how many bytes its document has.
    var documentByteCount: Int {
        // Slashes are escaped, and there are the names of the fields.
        self.id.utf8.count + self.selector.utf8.count + self.subscriber.utf8.count + self.payloadByteCount + 160
    }

    /// The address of all subscriptions to a selector.
    static func id(selector: String) -> String { Self.path + "/" + PercentEncoding.encode(selector) }
}
