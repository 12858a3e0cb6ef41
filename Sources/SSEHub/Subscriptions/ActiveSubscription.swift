/// A subscription that is there, or has just ended: one selector of one subscriber.
@available(SwiftSSE 1.0, *)
struct ActiveSubscription: Sendable {
    /// Where the subscriptions are, beneath the hub.
    static let path = HubEndpoint.path + "/subscriptions"

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
