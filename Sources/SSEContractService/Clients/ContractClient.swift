internal import SSEClient

/// A subscription whose updates are reported to the harness.
@available(SwiftSSE 1.0, *)
struct ContractClient: Sendable {
    let subscription: EventStreamSubscription
    private let callbackURL: String

    /// Makes a client, which connects when it is run.
    init(_ settings: ClientSettings) {
        self.subscription = Self.client.subscription(to: settings.request, configuration: settings.subscription)
        self.callbackURL = settings.callbackURL
    }

    /// Reports what happens until the subscription is over, or nobody takes the reports any more.
    func run() async {
        var callbacks = CallbackSender(url: self.callbackURL)
        do {
            for try await update in self.subscription.updates {
                if let callback = Callback(update, lastEventID: self.subscription.lastEventID) {
                    try await callbacks.send(callback)
                }
            }
        } catch {
            // What a subscription fails with has been reported; what is left is a harness that has gone.
        }
    }

    /// The harness sends lines of many megabytes, and wants to hear of comments.
    private static var client: EventStreamClient {
        var client = EventStreamClient()
        client.configuration.parser.limits.lineBytes = 64 << 20
        client.configuration.parser.limits.eventBytes = 64 << 20
        client.configuration.parser.reportsComments = true
        return client
    }
}
