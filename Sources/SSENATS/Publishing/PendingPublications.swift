#if NATS
internal import CNats
internal import Synchronization

/// The events that servers have not answered for, by their messages' addresses.
@available(SwiftSSE 1.0, *)
final class PendingPublications: Sendable {
    enum Answer: Sendable {
        /// - Parameter isOfKnownStream: Whether the number is higher than all before, as it is unless the stream has been
        ///   made again or answers are out of order.
        case acknowledged(stream: String, sequence: UInt64, isDuplicate: Bool, isOfKnownStream: Bool)
        case failed(NATSFailure)
    }

    typealias Completion = @Sendable (Answer) -> Void

    private struct State {
        var completions: [UInt: Completion] = [:]
        var isClosed = false
        /// The messages that are being sent, and whether the library has given them back already.
        var sending: [UInt: Bool] = [:]
        /// The highest number that was acknowledged; all numbers, if the stream may be another one by now.
        var highest: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Notes an event before it is sent, since the answer may be there before the call returns.
    ///
    /// - Returns: Whether it may be sent; else the connection is over.
    func add(_ message: OpaquePointer, _ completion: @escaping Completion) -> Bool {
        self.state.withLock { state in
            if state.isClosed { return false }
            state.completions[UInt(bitPattern: message)] = completion
            state.sending[UInt(bitPattern: message)] = false
            return true
        }
    }

    /// The call that sends an event has returned.
    ///
    /// - Returns: Whether the library has given the message back meanwhile, which is then to be freed.
    func endSending(_ message: OpaquePointer) -> Bool {
        self.state.withLock { $0.sending.removeValue(forKey: UInt(bitPattern: message)) ?? false }
    }

    /// The library gives a message back. It does so when the time for an answer is over, even if the call that sends it
    /// still waits for the connection or for the socket, and reads the message after that.
    ///
    /// - Returns: Whether the message may be freed; else ``endSending(_:)`` tells when.
    func takeBack(_ message: OpaquePointer) -> Bool {
        self.state.withLock { state in
            guard state.sending[UInt(bitPattern: message)] != nil else { return true }
            state.sending[UInt(bitPattern: message)] = true
            return false
        }
    }

    /// Tells whoever waits that the event is in the stream. Has to be called in the order in which the answers come.
    func acknowledge(_ message: OpaquePointer, stream: String, sequence: UInt64, isDuplicate: Bool) {
        let (completion, isOfKnownStream) = self.state.withLock { state in
            let isKnown = isDuplicate ? state.highest != .max : sequence > state.highest
            state.highest = max(state.highest, isDuplicate ? 0 : sequence)
            return (state.completions.removeValue(forKey: UInt(bitPattern: message)), isKnown)
        }
        completion?(
            .acknowledged(
                stream: stream,
                sequence: sequence,
                isDuplicate: isDuplicate,
                isOfKnownStream: isOfKnownStream
            )
        )
    }

    /// Has the stream looked at after the next answers: it may have been made again in the meantime.
    func doubtStream() { self.state.withLock { $0.highest = .max } }

    /// The stream has been looked at.
    func trustStream(upTo last: UInt64, isNew: Bool) {
        self.state.withLock { state in
            if isNew || state.highest == .max { state.highest = last }
        }
    }

    /// Tells whoever waits, once.
    func complete(_ message: OpaquePointer, _ answer: Answer) {
        self.state.withLock { $0.completions.removeValue(forKey: UInt(bitPattern: message)) }?(answer)
    }

    /// Tells all who wait that no answer will come by this connection.
    ///
    /// - Parameter isOver: Whether it will not come back.
    func failAll(isOver: Bool) {
        let completions = self.state.withLock { state in
            defer { state.completions = [:] }
            if isOver { state.isClosed = true }
            return Array(state.completions.values)
        }
        for completion in completions {
            completion(.failed(NATSFailure(NATS_CONNECTION_DISCONNECTED, text: "the connection was lost")))
        }
    }
}
#endif
