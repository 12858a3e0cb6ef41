internal import Synchronization

/// Whether the closure that a subscription was made for still runs, and its broker wants it to.
@available(SwiftSSE 1.0, *)
final class SubscriptionLifetime: Sendable {
    private let hasReturned = Atomic(false)
    private let subscriptions: SubscriptionCount

    init(_ subscriptions: SubscriptionCount) {
        self.subscriptions = subscriptions
    }

    var isOver: Bool { self.hasReturned.load(ordering: .acquiring) || self.subscriptions.isOver }

    func end() { self.hasReturned.store(true, ordering: .releasing) }
}
