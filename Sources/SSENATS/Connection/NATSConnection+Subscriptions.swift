#if NATS
internal import CNats
internal import Dispatch
internal import Synchronization

// How a subscription ends.
//
// For a message that has come, the library's reading thread (in 3.4.1) looks the subscription up under a lock, lets go of
// the lock, and then uses the subscription without holding it. Whoever frees it in between has that thread lock a mutex
// in memory that is something else by then. So a subscription is freed only when that thread is known to have got past
// the last message that it can have found it for: when it has read the answer to a ping that was sent later.
@available(SwiftSSE 1.0, *)
extension NATSConnection {
    /// How long to wait for the answer to a ping, in milliseconds.
    private static let pingTimeout: Int64 = 2000
    /// One thread frees what all connections leave, and mostly waits.
    private static let freeing = DispatchQueue(label: "swift-sse.nats.ended")

    /// Ends a subscription, and frees it when nothing uses it any more. Waits for nothing but the socket.
    ///
    /// Without unsubscribing first, the server would go on sending until it is freed.
    func end(_ subscription: OpaquePointer) {
        natsSubscription_Unsubscribe(subscription)
        let isFirst = self.ended.withLock { ended in
            ended.append(UInt(bitPattern: subscription))
            return ended.count == 1
        }
        if isFirst { self.freeEnded(after: .seconds(0)) }
    }

    private func freeEnded(after time: DispatchTimeInterval) {
        // Without keeping the connection: when it is over, it frees what is left.
        Self.freeing.asyncAfter(deadline: .now() + time) { [weak self] in self?.freeEnded() }
    }

    private func freeEnded() {
        let subscriptions = self.ended.withLock { $0 }
        let status = natsConnection_FlushTimeout(self.handle, Self.pingTimeout)
        if status == NATS_OK { Self.free(subscriptions) }
        let isDone = self.ended.withLock { ended in
            if status == NATS_OK { ended.removeFirst(subscriptions.count) }
            return ended.isEmpty
        }
        guard !isDone, status != NATS_CONNECTION_CLOSED else { return }
        self.freeEnded(after: status == NATS_OK ? .seconds(0) : .seconds(1))
    }

    /// Frees subscriptions that have ended and that the reading thread cannot be using.
    static func free(_ subscriptions: [UInt]) {
        for subscription in subscriptions { natsSubscription_Destroy(OpaquePointer(bitPattern: subscription)) }
    }
}
#endif
