#if NATS
internal import CNats
internal import Dispatch
internal import SSEBroker
internal import Synchronization

/// A connection to a cluster of servers, which the library keeps up: it reconnects by itself, for ever.
///
/// Unchecked: the two handles are given out at the beginning and stay the same; what they stand for is locked by the
/// library, which documents its objects as usable from any thread. They are freed when nobody has this object any more.
@available(SwiftSSE 1.0, *)
final class NATSConnection: @unchecked Sendable {
    let state: ConnectionState
    /// The library's connection.
    let handle: OpaquePointer
    /// The library's view of JetStream.
    let context: OpaquePointer
    /// The addresses of subscriptions that are over and not freed yet.
    let ended = Mutex<[UInt]>([])
    private let id: UInt

    /// Connects. Waits for the servers, so not to be called by a task.
    ///
    /// - Throws: ``NATSFailure``.
    static func connect(_ configuration: JetStreamConfiguration) throws(NATSFailure) -> NATSConnection {
        let state = ConnectionState()
        let id = ConnectionRegistry.add(state)
        do throws(NATSFailure) {
            let options = try ConnectionOptions(configuration, closure: ConnectionRegistry.closure(id))
            var handle: OpaquePointer?
            try check(natsConnection_Connect(&handle, options.handle))
            guard let handle else { throw NATSFailure(NATS_ERR) }
            do throws(NATSFailure) {
                let context = try Self.makeContext(handle, configuration, ConnectionRegistry.closure(id))
                return NATSConnection(state: state, handle: handle, context: context, id: id)
            } catch {
                natsConnection_Destroy(handle)
                throw error
            }
        } catch {
            ConnectionRegistry.remove(id)
            throw error
        }
    }

    private static func makeContext(
        _ handle: OpaquePointer,
        _ configuration: JetStreamConfiguration,
        _ closure: UnsafeMutableRawPointer?
    ) throws(NATSFailure) -> OpaquePointer {
        var options = jsOptions()
        try check(jsOptions_Init(&options))
        options.Wait = configuration.requestTimeout.wholeMilliseconds
        options.PublishAsync.AckHandler = natsAcknowledged
        options.PublishAsync.AckHandlerClosure = closure
        var context: OpaquePointer?
        try check(natsConnection_JetStream(&context, handle, &options))
        guard let context else { throw NATSFailure(NATS_ERR) }
        return context
    }

    private init(state: ConnectionState, handle: OpaquePointer, context: OpaquePointer, id: UInt) {
        self.state = state
        self.handle = handle
        self.context = context
        self.id = id
    }

    deinit {
        let handles = Handles(connection: self.handle, context: self.context)
        let id = self.id
        let ended = self.ended.withLock { $0 }
        // Closing sends what is left and may take a while; and this may be a thread of the library's own.
        DispatchQueue.global().async {
            natsConnection_Close(handles.connection)
            ConnectionRegistry.remove(id)
            jsCtx_Destroy(handles.context)
            Self.free(ended)
            natsConnection_Destroy(handles.connection)
        }
    }

    /// Throws unless there is a connection at the moment, so that nobody waits for an answer in vain.
    func checkIsUp() throws(NATSFailure) {
        if let failure = self.state.failure { throw NATSFailure(NATS_CONNECTION_DISCONNECTED, text: failure) }
    }

    /// The server that this is connected to.
    var serverURL: String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer -> String? in
            guard natsConnection_GetConnectedUrl(self.handle, buffer.baseAddress, buffer.count) == NATS_OK else {
                return nil
            }
            return buffer.baseAddress.map { String(cString: $0) }
        }
    }
}

/// Unchecked: it is made for one closure, which alone uses what it holds.
@available(SwiftSSE 1.0, *)
private struct Handles: @unchecked Sendable {
    let connection: OpaquePointer
    let context: OpaquePointer
}

@available(SwiftSSE 1.0, *)
extension Duration {
    /// The time in milliseconds, at least one, as the library wants times.
    var wholeMilliseconds: Int64 {
        // The library adds it to the time that it is now.
        let (seconds, attoseconds) = self.asTimeout.components
        return max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// The time in nanoseconds, as the servers want times.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        guard seconds < Int64.max / 1_000_000_000 - 1 else { return .max }
        guard seconds >= 0 else { return 0 }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}

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
