/// A source of chunks that counts how often it is asked, and may end with an error.
///
/// It is a class without a lock because a test reads it in the one task that iterates.
final class ChunkSource<Chunk>: AsyncSequence {
    private let chunks: [Chunk]
    private let error: (any Error)?

    /// How many times a chunk, or the end, was asked for.
    fileprivate(set) var requestCount = 0

    init(_ chunks: [Chunk], thenThrowing error: (any Error)? = nil) {
        self.chunks = chunks
        self.error = error
    }

    func makeAsyncIterator() -> Iterator {
        Iterator(source: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        let source: ChunkSource
        var index = 0

        mutating func next(isolation actor: isolated (any Actor)? = #isolation) async throws -> Chunk? {
            self.source.requestCount += 1
            guard self.index < self.source.chunks.count else {
                if let error = self.source.error { throw error }
                return nil
            }
            defer { self.index += 1 }
            return self.source.chunks[self.index]
        }
    }
}

extension ChunkSource where Chunk == [UInt8] {
    /// A source of chunks of text.
    convenience init(texts: String..., thenThrowing error: (any Error)? = nil) {
        self.init(texts.map { Array($0.utf8) }, thenThrowing: error)
    }
}
