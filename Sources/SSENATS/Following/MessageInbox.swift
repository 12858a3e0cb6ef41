#if NATS
internal import CNats
internal import Synchronization

/// Takes a consumer's messages from the library's thread and hands them on many at a time.
///
/// The library's thread does little more than put a message in, so that it is never late. What is in here is bounded by the
/// servers' flow control: as long as there is little it is answered at once, so that more is on its way while that is read;
/// else the follower answers it when it gets there.
@available(SwiftSSE 1.0, *)
final class MessageInbox: Sendable {
    /// What an inbox wakes its reader for.
    enum Signal: Sendable, Equatable {
        /// Nothing has come for longer than a consumer is ever silent.
        case silent
        /// The connection was lost in the meantime, and messages with it.
        case interrupted
        case cancelled
    }

    /// With more than so much in here no more is asked for.
    private static let roomyCount = 16_384
    private static let roomyByteCount = 8 * 1024 * 1024

    private struct State {
        /// Bytes of the messages.
        var byteCount = 0
        /// The messages' addresses. They are the inbox's until they are taken.
        var messages: [UInt] = []
        var signal: Signal?
        var waiter: CheckedContinuation<Void, Never>?
        var lastArrival = ContinuousClock.now
    }

    private let state = Mutex(State())

    deinit {
        for message in self.state.withLock({ $0.messages }) { natsMsg_Destroy(OpaquePointer(bitPattern: message)) }
    }

    /// Puts a message in, from the library's thread.
    func enqueue(_ message: OpaquePointer) {
        let byteCount = Self.byteCount(of: message)
        let waiter = self.state.withLock { state in
            state.messages.append(UInt(bitPattern: message))
            state.byteCount += byteCount
            state.lastArrival = .now
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// The bytes of a message with its headers, in which the topics of an event are.
    ///
    /// The library has what has come in one piece of memory: the subject, the headers, and the data last. It tells the length
    /// of the data only, and reading the headers would take the library's thread too long.
    private static func byteCount(of message: OpaquePointer) -> Int {
        let dataLength = max(0, Int(natsMsg_GetDataLength(message)))
        guard let subject = natsMsg_GetSubject(message), let data = natsMsg_GetData(message) else { return dataLength }
        let distance = Int(bitPattern: data) - Int(bitPattern: subject)
        // In another version of the library it may be otherwise.
        return dataLength + ((0...Self.roomyByteCount).contains(distance) ? distance : 0)
    }

    /// The bytes that are in here.
    var byteCount: Int { self.state.withLock { $0.byteCount } }

    /// Whether a server that asks may send more already, from the library's thread.
    func hasRoom() -> Bool {
        self.state.withLock { state in
            state.lastArrival = .now
            return state.messages.count < Self.roomyCount && state.byteCount < Self.roomyByteCount
        }
    }

    /// Wakes the reader for another reason. The first one counts.
    func signal(_ signal: Signal) {
        let waiter = self.state.withLock { state in
            state.signal = state.signal ?? signal
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Signals silence if nothing has come for so long.
    func checkSilence(longerThan limit: Duration) {
        let isSilent = self.state.withLock { state in
            state.lastArrival.duration(to: .now) > limit && state.messages.isEmpty
        }
        if isSilent { self.signal(.silent) }
    }

    /// Waits for messages or a signal.
    ///
    /// - Returns: All messages that there are, which now are the caller's; or the signal, if there is one.
    func next() async -> Result<[UInt], StopFollowing> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = self.state.withLock { state in
                    if state.signal != nil || !state.messages.isEmpty { return true }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            self.signal(.cancelled)
        }
        return self.state.withLock { state in
            if let signal = state.signal { return .failure(StopFollowing(signal)) }
            defer {
                let capacity = state.messages.count
                state.messages = []
                state.byteCount = 0
                state.messages.reserveCapacity(min(capacity, 4096))
            }
            return .success(state.messages)
        }
    }

    /// A signal as the reason why there are no messages.
    struct StopFollowing: Error {
        let signal: Signal

        init(_ signal: Signal) {
            self.signal = signal
        }
    }
}

// The functions that the client library calls from its own threads stand apart from everything that an actor could isolate: a
// closure made within one would stop the process when another thread calls it.

/// A message for a follower, which now owns it.
@available(SwiftSSE 1.0, *)
func natsDelivered(
    _ connection: OpaquePointer?,
    _ subscription: OpaquePointer?,
    _ message: OpaquePointer?,
    _ closure: UnsafeMutableRawPointer?
) {
    guard let message else { return }
    guard let closure else { return natsMsg_Destroy(message) }
    // The inbox is retained until `natsDeliveryEnded`, which the library calls after the last call of this function.
    let inbox = Unmanaged<MessageInbox>.fromOpaque(closure).takeUnretainedValue()
    if let reply = natsMsg_GetReply(message), reply.isFlowControl, inbox.hasRoom() {
        natsConnection_Publish(connection, reply, nil, 0)
        natsMsg_Destroy(message)
    } else {
        inbox.enqueue(message)
    }
}

extension UnsafePointer<CChar> {
    /// Whether this is where a server wants to hear that it may send more: `$JS.FC.…`.
    fileprivate var isFlowControl: Bool {
        let mark: StaticString = "$JS.FC."
        return (0..<mark.utf8CodeUnitCount).allSatisfy { UInt8(bitPattern: self[$0]) == mark.utf8Start[$0] }
    }
}

/// The last message of a subscription has been delivered.
@available(SwiftSSE 1.0, *)
func natsDeliveryEnded(_ closure: UnsafeMutableRawPointer?) {
    guard let closure else { return }
    Unmanaged<MessageInbox>.fromOpaque(closure).release()
}
#endif
