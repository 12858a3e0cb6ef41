#if NATS
internal import CNats
internal import SSEBroker
internal import Synchronization

// The functions that the client library calls from its own threads. They stand here, apart from everything that an actor
// could isolate: a closure made within one would stop the process when another thread calls it.

/// Whose connection it is that the library calls about.
///
/// The library gets a number and no pointer, and its calls find the state by it as long as the connection is alive. So it
/// does not matter that it may call once more while the connection is being closed.
@available(SwiftSSE 1.0, *)
enum ConnectionRegistry {
    private struct Entries {
        var states: [UInt: ConnectionState] = [:]
        var last: UInt = 0
    }

    private static let entries = Mutex(Entries())

    static func add(_ state: ConnectionState) -> UInt {
        self.entries.withLock { entries in
            entries.last += 1
            entries.states[entries.last] = state
            return entries.last
        }
    }

    static func remove(_ id: UInt) {
        self.entries.withLock { _ = $0.states.removeValue(forKey: id) }
    }

    static func closure(_ id: UInt) -> UnsafeMutableRawPointer? { UnsafeMutableRawPointer(bitPattern: id) }

    static func state(_ closure: UnsafeMutableRawPointer?) -> ConnectionState? {
        let id = UInt(bitPattern: closure)
        return self.entries.withLock { $0.states[id] }
    }
}

/// Why a connection is not well, as the library says it.
private func lastError(of connection: OpaquePointer?) -> String? {
    var text: UnsafePointer<CChar>?
    guard let connection, natsConnection_GetLastError(connection, &text) != NATS_OK, let text, text.pointee != 0 else {
        return nil
    }
    return String(cString: text)
}

@available(SwiftSSE 1.0, *)
func natsDisconnected(_ connection: OpaquePointer?, _ closure: UnsafeMutableRawPointer?) {
    ConnectionRegistry.state(closure)?.disconnected(lastError(of: connection))
}

@available(SwiftSSE 1.0, *)
func natsReconnected(_ connection: OpaquePointer?, _ closure: UnsafeMutableRawPointer?) {
    ConnectionRegistry.state(closure)?.reconnected()
}

@available(SwiftSSE 1.0, *)
func natsClosed(_ connection: OpaquePointer?, _ closure: UnsafeMutableRawPointer?) {
    ConnectionRegistry.state(closure)?.closed(lastError(of: connection))
}

@available(SwiftSSE 1.0, *)
func natsFailed(
    _ connection: OpaquePointer?,
    _ subscription: OpaquePointer?,
    _ status: natsStatus,
    _ closure: UnsafeMutableRawPointer?
) {
    let text = natsStatus_GetText(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
    ConnectionRegistry.state(closure)?.failed(text)
}

/// A server has answered for an event, or has not in time.
@available(SwiftSSE 1.0, *)
func natsAcknowledged(
    _ context: OpaquePointer?,
    _ message: OpaquePointer?,
    _ acknowledgement: UnsafeMutablePointer<jsPubAck>?,
    _ failure: UnsafeMutablePointer<jsPubAckErr>?,
    _ closure: UnsafeMutableRawPointer?
) {
    guard let message else { return }
    guard let state = ConnectionRegistry.state(closure) else { return natsMsg_Destroy(message) }
    // The message is ours again. Its address is what the event is known by, so it is freed after the answer is taken.
    let mayFree: Bool
    if let acknowledgement = acknowledgement?.pointee {
        mayFree = state.pending.acknowledge(
            message,
            stream: acknowledgement.Stream.map { String(cString: $0) } ?? "",
            sequence: acknowledgement.Sequence,
            isDuplicate: acknowledgement.Duplicate
        )
    } else if let failure = failure?.pointee {
        let text = failure.ErrText.map { String(cString: $0) }
        mayFree = state.pending.fail(
            message,
            NATSFailure(failure.Err, failure.ErrCode, text: text?.isEmpty == false ? text : nil)
        )
    } else {
        mayFree = state.pending.fail(message, NATSFailure(NATS_ERR, text: "the answer is empty"))
    }
    if mayFree { natsMsg_Destroy(message) }
}
#endif
