/// What has happened, in order, from whatever tasks; and ways to wait for it.
@available(SwiftSSE 1.0, *)
package final class Log<Entry: Sendable>: Sendable {
    private let all = Watched<[Entry]>([])
    private let stream: AsyncStream<Entry>
    private let continuation: AsyncStream<Entry>.Continuation

    package init() {
        (self.stream, self.continuation) = AsyncStream.makeStream()
    }

    /// All entries so far.
    package var entries: [Entry] { self.all.value }

    package func append(_ entry: Entry) {
        self.all.update { $0.append(entry) }
        self.continuation.yield(entry)
    }

    /// The next entry that has not been waited for, `nil` if the task is cancelled; for one task at a time.
    @discardableResult
    package func next() async -> Entry? {
        await self.stream.first { _ in true }
    }

    /// Waits until the entries fit.
    package func wait(until isSatisfied: @escaping @Sendable ([Entry]) -> Bool) async throws {
        try await self.all.wait(until: isSatisfied)
    }

    /// Waits until there are as many entries, or more.
    package func wait(forCount count: Int) async throws {
        try await self.wait { $0.count >= count }
    }
}
