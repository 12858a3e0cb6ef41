#if SQLite
internal import SSEBroker

/// An event that waits for the next transaction, and its publisher with it.
@available(SwiftSSE 1.0, *)
struct PendingAppend: Sendable {
    let publication: Publication
    let continuation: CheckedContinuation<Result<PublishReceipt, BrokerError>, Never>
    let byteCount: Int

    init(
        _ publication: Publication,
        _ continuation: CheckedContinuation<Result<PublishReceipt, BrokerError>, Never>
    ) {
        self.publication = publication
        self.continuation = continuation
        self.byteCount = publication.byteCount
    }
}
#endif
