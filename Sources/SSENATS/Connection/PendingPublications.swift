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

    private struct Entry {
        /// Taken out when it is called.
        var completion: Completion?
        /// Whether the call that sends it has not returned.
        var isSending = true
        /// Whether the library has given the message back while it was being sent.
        var isGivenBack = false
    }

    private struct State {
        var entries: [UInt: Entry] = [:]
        var isClosed = false
        /// The highest number that was acknowledged; all numbers, if the stream may be another one by now.
        var highest: UInt64 = 0

        /// The library gives a message back: takes what is to be called, and tells whether the message may be freed now.
        mutating func takeBack(_ message: OpaquePointer) -> (completion: Completion?, mayFree: Bool) {
            let key = UInt(bitPattern: message)
            guard self.entries[key]?.isSending == true else {
                return (self.entries.removeValue(forKey: key)?.completion, true)
            }
            self.entries[key]?.isGivenBack = true
            return (self.entries[key]?.completion.take(), false)
        }
    }

    private let state = Mutex(State())

    /// Notes an event before it is sent, since the answer may be there before the call returns.
    ///
    /// - Returns: Whether it may be sent; else the connection is over.
    func add(_ message: OpaquePointer, _ completion: @escaping Completion) -> Bool {
        self.state.withLock { state in
            if state.isClosed { return false }
            state.entries[UInt(bitPattern: message)] = Entry(completion: completion)
            return true
        }
    }

    /// The call that sends an event has returned.
    ///
    /// - Returns: Whether the library has given the message back meanwhile, which is then to be freed.
    func endSending(_ message: OpaquePointer) -> Bool {
        let key = UInt(bitPattern: message)
        return self.state.withLock { state in
            guard state.entries[key]?.isGivenBack == true else {
                state.entries[key]?.isSending = false
                return false
            }
            state.entries[key] = nil
            return true
        }
    }

    // The library gives messages back with the answers. It does so when the time for an answer is over, even if the call
    // that sends it still waits for the connection or for the socket, and reads the message after that.

    /// Tells whoever waits that the event is in the stream. Has to be called in the order in which the answers come.
    ///
    /// - Returns: Whether the message may be freed; else ``endSending(_:)`` tells when.
    func acknowledge(_ message: OpaquePointer, stream: String, sequence: UInt64, isDuplicate: Bool) -> Bool {
        let (entry, isOfKnownStream) = self.state.withLock { state in
            let isKnown = isDuplicate ? state.highest != .max : sequence > state.highest
            state.highest = max(state.highest, isDuplicate ? 0 : sequence)
            return (state.takeBack(message), isKnown)
        }
        entry.completion?(
            .acknowledged(
                stream: stream,
                sequence: sequence,
                isDuplicate: isDuplicate,
                isOfKnownStream: isOfKnownStream
            )
        )
        return entry.mayFree
    }

    /// Tells whoever waits that the event is not known to be in the stream.
    ///
    /// - Returns: Whether the message may be freed; else ``endSending(_:)`` tells when.
    @discardableResult
    func fail(_ message: OpaquePointer, _ failure: NATSFailure) -> Bool {
        let entry = self.state.withLock { $0.takeBack(message) }
        entry.completion?(.failed(failure))
        return entry.mayFree
    }

    /// Has the stream looked at after the next answers: it may have been made again in the meantime.
    func doubtStream() { self.state.withLock { $0.highest = .max } }

    /// The stream has been looked at.
    func trustStream(upTo last: UInt64, isNew: Bool) {
        self.state.withLock { state in
            if isNew || state.highest == .max { state.highest = last }
        }
    }

    /// Tells all who wait that no answer will come by this connection.
    ///
    /// - Parameter isOver: Whether it will not come back.
    func failAll(isOver: Bool) {
        let completions = self.state.withLock { state in
            if isOver { state.isClosed = true }
            let completions = state.entries.values.compactMap(\.completion)
            state.entries = state.entries.filter { $0.value.isSending || !isOver }.mapValues { entry in
                var entry = entry
                entry.completion = nil
                return entry
            }
            return completions
        }
        for completion in completions {
            completion(.failed(NATSFailure(NATS_CONNECTION_DISCONNECTED, text: "the connection was lost")))
        }
    }
}
#endif
