internal import ServerSentEvents

/// A ``SubscriptionHub`` of whatever clock.
@available(SwiftSSE 1.0, *)
protocol SubscriptionCore: AnyObject, Sendable {
    var lastEventID: ServerSentEvent.EventID { get }

    func pause()
    func resume()
    func reconnectNow()
    func close()

    func makeRunner() -> any SubscriptionRunning
}
