internal import Synchronization
package import SSEBroker

/// A place among a broker's subscribers, before the client's stream has begun. It is given back unless it is used.
@available(SwiftSSE 1.0, *)
package final class Admission: Sendable {
    package let selection: TopicSelection
    package let cursor: ResumedCursor
    private let broker: Broker
    private let isUsed = Atomic(false)

    init(_ broker: Broker, _ selection: TopicSelection, from point: ResumePoint) throws(BrokerError) {
        self.cursor = try broker.admit(selection, from: point)
        self.selection = selection
        self.broker = broker
    }

    deinit {
        if !self.isUsed.load(ordering: .acquiring) { self.broker.release() }
    }

    /// Leaves the place to a subscriber, who gives it back when it leaves.
    func use() { self.isUsed.store(true, ordering: .releasing) }
}
