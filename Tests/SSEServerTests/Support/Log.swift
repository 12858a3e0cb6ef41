internal import SSEServer
internal import Synchronization

/// What has happened, in order, from whatever tasks; and a way to wait for it.
@available(SwiftSSE 1.0, *)
final class Log<Entry: Sendable>: Sendable {
    private let all = Mutex<[Entry]>([])
    private let stream: AsyncStream<Entry>
    private let continuation: AsyncStream<Entry>.Continuation

    init() {
        (self.stream, self.continuation) = AsyncStream.makeStream()
    }

    /// All entries so far.
    var entries: [Entry] { self.all.withLock { $0 } }

    func append(_ entry: Entry) {
        self.all.withLock { $0.append(entry) }
        self.continuation.yield(entry)
    }

    /// The next entry that has not been waited for; for one task at a time.
    func next() async -> Entry? {
        await self.stream.first { _ in true }
    }
}

@available(SwiftSSE 1.0, *)
extension Log where Entry == SSEServerError.Code? {
    /// Notes the code of the error that an operation throws, `nil` for none.
    func record(_ operation: () async throws -> Void) async {
        do {
            try await operation()
            self.append(nil)
        } catch {
            self.append((error as? SSEServerError)?.code)
        }
    }
}
