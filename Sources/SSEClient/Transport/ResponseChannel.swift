internal import Synchronization

/// Hands a response from the thread that receives it to the task that reads it.
///
/// Storage around ``ResponseChannelStateMachine``: every step asks the machine under the lock and acts outside of it.
@available(SwiftSSE 1.0, *)
final class ResponseChannel<Chunk: ResponseChunk>: Sendable {
    private struct State {
        var machine = ResponseChannelStateMachine<Chunk>()
        /// The reader, while it waits. There is only ever one.
        var reader: CheckedContinuation<Void, Never>?
        /// What makes a paused receiver go on.
        var resumeReceiver: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    // MARK: The receiver

    func receive(_ head: EventStreamResponse) {
        self.update { $0.receive(head) }
    }

    /// Sets the head of a response that may be complete already.
    func setHead(_ head: EventStreamResponse) {
        self.update { $0.setHead(head) }
    }

    /// Takes a chunk, of which the reader learns with ``wakeReader()``: what comes in one go is to wake it once.
    ///
    /// - Parameters:
    ///   - chunk: The chunk.
    ///   - makeResume: Makes what is called once the receiver may go on; called only if it is to pause.
    func receive(_ chunk: Chunk, pausing makeResume: () -> @Sendable () -> Void) {
        self.state.withLock { state in
            if state.machine.receive(chunk) { state.resumeReceiver = makeResume() }
        }
    }

    /// How much has come and not been read.
    var unreadByteCount: Int { self.state.withLock { $0.machine.byteCount } }

    /// Lets the reader go on, if it waits.
    func wakeReader() {
        self.state.withLock { $0.reader.take() }?.resume()
    }

    func finish(_ error: (any Error)?) {
        self.update { $0.finish(error) }
    }

    /// Nobody reads any more.
    func cancel() {
        self.update { $0.cancel() }
        self.state.withLock { $0.resumeReceiver.take() }?()
    }

    private func update(_ body: (inout ResponseChannelStateMachine<Chunk>) -> Void) {
        let reader = self.state.withLock { state in
            body(&state.machine)
            return state.reader.take()
        }
        reader?.resume()
    }

    // MARK: The reader

    func head() async throws -> EventStreamResponse {
        while true {
            switch self.state.withLock({ $0.machine.nextHead() }) {
            case .head(let head): return head
            case .fail(let error): throw error
            case .wait: await self.wait { if case .wait = $0.nextHead() { true } else { false } }
            }
        }
    }

    /// The next chunk, `nil` at the end.
    func nextChunk() async throws -> Chunk? {
        while true {
            let (action, resumeReceiver) = self.state.withLock { state in
                let action = state.machine.nextChunk()
                if case .chunk(_, resumesReceiver: true) = action { return (action, state.resumeReceiver.take()) }
                return (action, nil)
            }
            resumeReceiver?()
            switch action {
            case .chunk(let chunk, _): return chunk
            case .end: return nil
            case .fail(let error): throw error
            case .wait: await self.wait { !$0.hasNews }
            }
        }
    }

    /// Whether the reader would not have to wait.
    var isReadable: Bool { self.state.withLock { $0.machine.hasNews } }

    /// Hands out the next chunk, once there is one.
    ///
    /// - Returns: `false` at the end.
    func read(_ body: (UnsafeBufferPointer<UInt8>) -> Void) async throws -> Bool {
        guard let chunk = try await self.nextChunk() else { return false }
        chunk.withBytes(body)
        return true
    }

    private func wait(while isNeeded: (ResponseChannelStateMachine<Chunk>) -> Bool) async {
        await withCheckedContinuation { continuation in
            let waits = self.state.withLock { state in
                let waits = isNeeded(state.machine)
                if waits { state.reader = continuation }
                return waits
            }
            if !waits { continuation.resume() }
        }
    }
}
