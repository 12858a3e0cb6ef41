public import ServerSentEvents

@available(SwiftSSE 1.0, *)
extension EventStream {
    /// All that is in the stream of one response.
    public struct Items: AsyncSequence {
        /// An item of the stream.
        public typealias Element = EventStreamItem

        let reader: EventStreamReader

        /// Begins to read, or goes on.
        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader: self.reader) }

        /// Hands out the items one by one.
        public struct AsyncIterator: AsyncIteratorProtocol {
            let reader: EventStreamReader

            /// The next item, `nil` when the server has ended the stream.
            ///
            /// - Throws: ``SSEClientError``, and `ServerSentEventsError`.
            public mutating func next(
                isolation actor: isolated (any Actor)? = #isolation
            ) async throws -> EventStreamItem? {
                repeat {
                    if let item = try self.reader.takeItem() { return item }
                } while try await self.reader.readChunks(isolation: actor)
                return nil
            }
        }
    }
}

@available(*, unavailable)
extension EventStream.Items: Sendable {}

@available(*, unavailable)
extension EventStream.Items.AsyncIterator: Sendable {}
