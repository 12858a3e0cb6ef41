internal import Synchronization

/// What has happened, in order, from whatever tasks; and a way to wait for it.
@available(SwiftSSE 1.0, *)
package final class Log<Entry: Sendable>: Sendable {
    private let all = Mutex<[Entry]>([])
    private let stream: AsyncStream<Entry>
    private let continuation: AsyncStream<Entry>.Continuation

    package init() {
        (self.stream, self.continuation) = AsyncStream.makeStream()
    }

    /// All entries so far.
    package var entries: [Entry] { self.all.withLock { $0 } }

    package func append(_ entry: Entry) {
        self.all.withLock { $0.append(entry) }
        self.continuation.yield(entry)
    }

    /// The next entry that has not been waited for, `nil` if the task is cancelled; for one task at a time.
    @discardableResult
    package func next() async -> Entry? {
        await self.stream.first { _ in true }
    }
}
