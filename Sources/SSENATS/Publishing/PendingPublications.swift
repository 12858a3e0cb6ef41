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
            return true
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
