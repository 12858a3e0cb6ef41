internal import CoreMetrics
internal import Foundation
internal import Logging
internal import SSEBroker
internal import ServerSentEvents
internal import Synchronization

/// Knows who is subscribed to what, and publishes when that changes.
///
/// Changes are published by ``run()``, those of one subscriber in the order in which they came. What waits for that is
/// bounded, and who has left before it was told of is not told of at all.
@available(SwiftSSE 1.0, *)
final class SubscriptionRegistry: Sendable {
    /// The most events that are published at a time. An engine that writes them together then waits once for all.
    private static let batchCount = 256

    private struct State {
        var subscribers: [String: [ActiveSubscription]] = [:]
        /// Counts the changes.
        var generation = 0
        var changes = SubscriptionChanges()
        /// The one who publishes, while there is nothing to publish.
        var publisher: CheckedContinuation<Void, Never>?
    }

    private let broker: Broker
    private let logger: Logger
    private let dropped: Counter
    private let state = Mutex(State())

    /// - Parameter dropped: Counts the events that are not published.
    init(_ broker: Broker, dropped: Counter, _ logger: Logger) {
        self.broker = broker
        self.dropped = dropped
        self.logger = logger
    }

    // MARK: Publishing

    /// Publishes the changes, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let (batch, droppedCount) = self.state.withLock { state in
                (state.changes.next(atMost: Self.batchCount), state.changes.takeDroppedCount())
            }
            if droppedCount > 0 {
                self.dropped.increment(by: droppedCount)
                self.logger.warning(
                    "Subscription events are dropped, since they are published too slowly",
                    metadata: ["count": .stringConvertible(droppedCount)]
                )
            }
            if batch.isEmpty { await self.waitForChanges() } else { await self.publish(batch) }
        }
    }

    private func publish(_ batch: [SubscriptionChanges.Change]) async {
        await withDiscardingTaskGroup { group in
            for change in batch {
                guard let publication = self.publication(change) else { continue }
                do throws(BrokerError) {
                    if try self.broker.publishImmediately(publication) != nil { continue }
                } catch {
                    self.note(error)
                    continue
                }
                // No two of a batch are of the same subscriber, or they are of the same kind, so that any order will do.
                group.addTask {
                    do throws(BrokerError) {
                        try await self.broker.publish(publication)
                    } catch {
                        self.note(error)
                    }
                }
            }
        }
    }

    private func publication(_ change: SubscriptionChanges.Change) -> Publication? {
        do {
            let document = SubscriptionDocument(change.subscription, isActive: change.isActive)
            let event = ServerSentEvent(data: try document.json())
            return Publication(event, topics: [try Topic(change.subscription.id)], isPrivate: true)
        } catch {
            // A long selector gives a longer topic than there may be.
            self.note(error)
            return nil
        }
    }

    private func note(_ error: any Error) {
        self.dropped.increment()
        self.logger.debug("A subscription event is not published", metadata: ["error": "\(error)"])
    }

    /// Waits until there is something to publish, or the task is cancelled.
    private func waitForChanges() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = self.state.withLock { state in
                    guard !Task.isCancelled, state.changes.isEmpty else { return false }
                    state.publisher = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.publisher.take() }?.resume()
        }
    }

    // MARK: Changes

    /// Makes the id of a new subscriber, which no client can choose.
    static func makeSubscriberID() -> String { "urn:uuid:" + UUID().uuidString.lowercased() }

    /// A subscriber has come.
    func insert(_ subscriber: String, _ selectors: [String], _ payload: JSONValue?) {
        var seen: Set<String> = []
        let payloadByteCount = payload.flatMap { try? JSONEncoder().encode($0).count } ?? 0
        let subscriptions = selectors.filter { seen.insert($0).inserted }.map {
            ActiveSubscription(
                selector: $0,
                subscriber: subscriber,
                payload: payload,
                payloadByteCount: payloadByteCount
            )
        }
        let publisher = self.state.withLock { state in
            state.subscribers[subscriber] = subscriptions
            state.generation += 1
            state.changes.insert(subscriber, subscriptions, isActive: true)
            return state.publisher.take()
        }
        publisher?.resume()
    }

    /// A subscriber has left.
    func remove(_ subscriber: String) {
        let publisher = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let subscriptions = state.subscribers.removeValue(forKey: subscriber) else { return nil }
            state.generation += 1
            state.changes.insert(subscriber, subscriptions, isActive: false)
            return state.publisher.take()
        }
        publisher?.resume()
    }

    // MARK: Asking

    /// What is there, in no order, and a number that changes with it.
    func all() -> (subscriptions: [ActiveSubscription], generation: Int) {
        let (lists, generation) = self.state.withLock { (Array($0.subscribers.values), $0.generation) }
        return (lists.flatMap { $0 }, generation)
    }
}
