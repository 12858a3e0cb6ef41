/// A ``SubscriptionRunner`` of whatever clock.
@available(SwiftSSE 1.0, *)
protocol SubscriptionRunning: AnyObject {
    /// The next thing that happens, `nil` when the subscription is over.
    func next() async throws -> SubscriptionUpdate?
}
