internal import NIOCore

/// The chunks of a response's body.
@available(SwiftSSE 1.0, *)
struct ChunkSequence: AsyncSequence {
    let channel: ResponseChannel

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(channel: self.channel) }

    struct AsyncIterator: AsyncIteratorProtocol {
        private let channel: ResponseChannel
        private var chunks = CircularBuffer<ByteBuffer>()

        init(channel: ResponseChannel) {
            self.channel = channel
        }

        mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws -> ByteBufferView? {
            if self.chunks.isEmpty {
                guard let chunks = try await self.channel.nextChunks(isolation: actor) else { return nil }
                self.chunks = chunks
            }
            return self.chunks.removeFirst().readableBytesView
        }
    }
}
