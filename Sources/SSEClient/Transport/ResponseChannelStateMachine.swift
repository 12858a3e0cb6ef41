/// Decides what happens between who receives a response and who reads it: when the reader waits, when the receiver is to
/// pause, how it all ends.
@available(SwiftSSE 1.0, *)
struct ResponseChannelStateMachine<Chunk: ResponseChunk> {
    /// When so many bytes wait for the reader, the receiver is to pause until they have been taken.
    static var highWatermark: Int { 256 * 1024 }

    private enum End {
        case complete
        case failed(any Error)
    }

    private var head: EventStreamResponse?
    /// What has come since the reader went on to ``outgoing``, in order.
    private var incoming: [Chunk] = []
    /// What the reader gets next; the last one first.
    private var outgoing: [Chunk] = []
    /// How much has come and not been read.
    private(set) var byteCount = 0
    private var isPaused = false
    private var end: End?

    // MARK: The receiver

    mutating func receive(_ head: EventStreamResponse) {
        if self.end == nil { self.head = head }
    }

    /// Sets the head of a response that was all there, with its end, before anybody asked for it.
    mutating func setHead(_ head: EventStreamResponse) {
        self.head = head
    }

    /// - Returns: Whether the receiver is to pause.
    mutating func receive(_ chunk: Chunk) -> Bool {
        guard self.end == nil else { return false }
        let byteCount = chunk.byteCount
        if byteCount > 0 { self.incoming.append(chunk) }
        self.byteCount += byteCount
        // A receiver that is to pause may still have something under way; it is told once.
        guard !self.isPaused, self.byteCount >= Self.highWatermark else { return false }
        self.isPaused = true
        return true
    }

    /// The response is complete, or has failed; what came before is still to be read.
    mutating func finish(_ error: (any Error)?) {
        guard self.end == nil else { return }
        self.end = error.map(End.failed) ?? .complete
    }

    /// Nobody reads any more: what is there is dropped.
    mutating func cancel() {
        self.head = nil
        self.incoming = []
        self.outgoing = []
        self.byteCount = 0
        self.end = .failed(CancellationError())
    }

    // MARK: The reader

    enum HeadAction {
        case head(EventStreamResponse)
        case fail(any Error)
        case wait
    }

    func nextHead() -> HeadAction {
        if let head = self.head { return .head(head) }
        return switch self.end {
        case nil: .wait
        case .complete: .fail(SSEClientError(code: .connectionFailed, message: "The server sent no response."))
        case .failed(let error): .fail(error)
        }
    }

    enum ChunkAction {
        case chunk(Chunk, resumesReceiver: Bool)
        case end
        case fail(any Error)
        case wait
    }

    /// Whether ``nextChunk()``, asked now, would return something else than ``ChunkAction/wait``.
    var hasNews: Bool { !self.incoming.isEmpty || !self.outgoing.isEmpty || self.end != nil }

    /// One at a time, so that what is made of a chunk is used while it is in the processor's cache.
    mutating func nextChunk() -> ChunkAction {
        if self.outgoing.isEmpty, !self.incoming.isEmpty {
            swap(&self.incoming, &self.outgoing)
            self.outgoing.reverse()
        }
        if let chunk = self.outgoing.popLast() {
            self.byteCount -= chunk.byteCount
            // Not before half has been read, so that receiver and reader do not stop and go for each chunk.
            let resumes = self.isPaused && self.byteCount <= Self.highWatermark / 2
            if resumes { self.isPaused = false }
            return .chunk(chunk, resumesReceiver: resumes)
        }
        return switch self.end {
        case nil: .wait
        case .complete: .end
        case .failed(let error): .fail(error)
        }
    }
}
