import Foundation
import SSEBroker
import Synchronization

/// An engine as a cluster's is: it acknowledges appends from elsewhere and later, and delivers its tail in batches on a
/// thread of its own. The log itself is a ``MemoryEngine``.
@available(SwiftSSE 1.0, *)
final class RemoteEngine: BrokerEngine {
    private let base: MemoryEngine
    private let acknowledgements = DispatchQueue(label: "acknowledgements")

    init(_ base: MemoryEngine = MemoryEngine()) {
        self.base = base
    }

    func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        let result = await withCheckedContinuation { continuation in
            self.acknowledgements.async {
                continuation.resume(
                    returning: Result { () throws(BrokerError) in try self.base.append(publication) }
                )
            }
        }
        return try result.get()
    }

    func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws {
        let thread = DispatchQueue(label: "tail")
        let failure = Mutex<BrokerError?>(nil)
        let batch = Mutex<[LogRecord]>([])
        try await self.base.follow(after: cursor) { records throws(BrokerError) in
            if let failure = failure.withLock({ $0 }) { throw failure }
            // What comes while the thread is busy goes into its next batch.
            batch.withLock { $0 += records }
            thread.async {
                let records = batch.withLock { batch in
                    defer { batch = [] }
                    return batch
                }
                guard !records.isEmpty else { return }
                do throws(BrokerError) {
                    try deliver(records)
                } catch {
                    failure.withLock { $0 = error }
                }
            }
        }
    }

    func read(after cursor: UInt64, _ selection: TopicSelection, limit: Int) async throws(BrokerError) -> LogSlice {
        try self.base.read(after: cursor, selection, limit: limit)
    }

    func bounds() async throws(BrokerError) -> LogBounds { try self.base.bounds() }

    func health() async -> EngineHealth { self.base.health() }
}
