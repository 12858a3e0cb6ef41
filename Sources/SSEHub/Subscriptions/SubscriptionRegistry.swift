internal import Foundation
internal import Logging
internal import SSEBroker
internal import ServerSentEvents
internal import Synchronization

/// Knows who is subscribed to what, and publishes when that changes.
///
/// Changes are published one after the other, in the order in which they came, by ``run()``.
@available(SwiftSSE 1.0, *)
final class SubscriptionRegistry: Sendable {
    private struct Change: Sendable {
        let subscription: ActiveSubscription
        let isActive: Bool
    }

    private struct State {
        var subscribers: [String: [ActiveSubscription]] = [:]
        /// Counts the changes.
        var generation = 0
    }

    private let broker: Broker
    private let logger: Logger
    private let state = Mutex(State())
    private let changes: AsyncStream<Change>
    private let continuation: AsyncStream<Change>.Continuation

    init(_ broker: Broker, _ logger: Logger) {
        self.broker = broker
        self.logger = logger
        (self.changes, self.continuation) = AsyncStream.makeStream()
    }

    /// Publishes the changes, until the task is cancelled.
    func run() async {
        for await change in self.changes { await self.publish(change) }
    }

    private func publish(_ change: Change) async {
        do {
            let document = SubscriptionDocument(change.subscription, isActive: change.isActive)
            let event = ServerSentEvent(data: try document.json())
            let topic = try Topic(change.subscription.id)
            try await self.broker.publish(Publication(event, topics: [topic], isPrivate: true))
        } catch {
            // A long selector gives a longer topic than there may be; and a broker that shuts down takes nothing more.
            self.logger.debug("A subscription event is not published", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Changes

    /// Makes the id of a new subscriber, which no client can choose.
    static func makeSubscriberID() -> String { "urn:uuid:" + UUID().uuidString.lowercased() }

    /// A subscriber has come.
    func insert(_ subscriber: String, _ selectors: [String], _ payload: JSONValue?) {
        var seen: Set<String> = []
        let subscriptions = selectors.filter { seen.insert($0).inserted }.map {
            ActiveSubscription(selector: $0, subscriber: subscriber, payload: payload)
        }
        self.state.withLock { state in
            state.subscribers[subscriber] = subscriptions
            state.generation += 1
            // Within the lock, so that the events have the order of the changes.
            for subscription in subscriptions {
                self.continuation.yield(Change(subscription: subscription, isActive: true))
            }
        }
    }

    /// A subscriber has left.
    func remove(_ subscriber: String) {
        self.state.withLock { state in
            guard let subscriptions = state.subscribers.removeValue(forKey: subscriber) else { return }
            state.generation += 1
            for subscription in subscriptions {
                self.continuation.yield(Change(subscription: subscription, isActive: false))
            }
        }
    }

    // MARK: Asking

    /// What is there, in no order, and a number that changes with it.
    func all() -> (subscriptions: [ActiveSubscription], generation: Int) {
        let (lists, generation) = self.state.withLock { (Array($0.subscribers.values), $0.generation) }
        return (lists.flatMap { $0 }, generation)
    }
}
