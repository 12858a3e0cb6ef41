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
    private var chunks: [Chunk] = []
    /// How much has come and not been read.
    private(set) var byteCount = 0
    private var isPaused = false
    private var end: End?

    // MARK: The receiver

    mutating func receive(_ head: EventStreamResponse) {
        if self.end == nil { self.head = head }
    }

    /// - Returns: Whether the receiver is to pause.
    mutating func receive(_ chunk: Chunk) -> Bool {
        guard self.end == nil else { return false }
        let byteCount = chunk.byteCount
        if byteCount > 0 { self.chunks.append(chunk) }
        self.byteCount += byteCount
        self.isPaused = self.byteCount >= Self.highWatermark
        return self.isPaused
    }

    /// The response is complete, or has failed; what came before is still to be read.
    mutating func finish(_ error: (any Error)?) {
        guard self.end == nil else { return }
        self.end = error.map(End.failed) ?? .complete
    }

    /// Nobody reads any more: what is there is dropped.
    mutating func cancel() {
        self.chunks.removeAll()
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
        case chunks([Chunk], resumesReceiver: Bool)
        case end
        case fail(any Error)
        case wait
    }

    /// Whether ``nextChunks()``, asked now, would return something else than ``ChunkAction/wait``.
    var hasNews: Bool { !self.chunks.isEmpty || self.end != nil }

    mutating func nextChunks() -> ChunkAction {
        guard self.chunks.isEmpty else {
            let chunks = self.chunks
            self.chunks = []
            self.byteCount = 0
            defer { self.isPaused = false }
            return .chunks(chunks, resumesReceiver: self.isPaused)
        }
        return switch self.end {
        case nil: .wait
        case .complete: .end
        case .failed(let error): .fail(error)
        }
    }
}
