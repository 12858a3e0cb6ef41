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
