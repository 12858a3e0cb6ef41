#if NATS
internal import CNats
public import SSEBroker
internal import Synchronization

// How an event comes into the stream.
@available(SwiftSSE 1.0, *)
extension JetStreamEngine {
    /// Adds an event to the stream, and returns when its servers have acknowledged it.
    ///
    /// While they cannot, because one is starting or a leader is being elected, it is tried again with the same key for
    /// ``JetStreamConfiguration/publishTimeout``; trying again adds nothing twice. That time is also what an event may
    /// wait for its turn, together with all the rest.
    public func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        try self.codec.checkIsText(publication.event)
        let deadline = ContinuousClock.now + self.configuration.publishTimeout
        try await self.permits.acquire(until: deadline)
        defer { self.permits.release() }
        let id = self.ids.id(for: publication.idempotencyKey)
        var attempt = 0
        while true {
            attempt += 1
            do throws(NATSFailure) {
                let answer = try await self.send(publication, id.text, until: deadline)
                let isDuplicate = answer.isDuplicate && id.isChosen && attempt == 1
                return await self.receipt(
                    for: publication,
                    answer.sequence,
                    isDuplicate: isDuplicate,
                    isOfKnownStream: answer.isOfKnownStream
                )
            } catch {
                try self.checkMayRetry(after: error, until: deadline)
            }
            // Not so long that the event would be late when a leader is there.
            try? await Task.sleep(for: .milliseconds(100))
            if Task.isCancelled {
                throw BrokerError(
                    code: .engineFailed,
                    message: "Publishing was cancelled; the event may be in the stream all the same.",
                    cause: CancellationError()
                )
            }
        }
    }

    /// A server's error for headers with more than 64 KB, which the library has no name for
    /// (`JSStreamHeaderExceedsMaximumErr`).
    private static let headersTooLarge = jsErrCode(10097)

    private func checkMayRetry(
        after failure: NATSFailure,
        until deadline: ContinuousClock.Instant
    ) throws(BrokerError) {
        if failure.status == NATS_MAX_PAYLOAD || failure.has(JSStreamMessageExceedsMaximumErr)
            || failure.has(Self.headersTooLarge)
        {
            throw BrokerError(
                code: .eventTooLarge,
                message: "The event with its topics is larger than the NATS servers accept.",
                cause: failure
            )
        }
        guard failure.isTemporary, ContinuousClock.now < deadline else {
            throw BrokerError("The event cannot be added to the stream '\(self.configuration.stream)'", failure)
        }
    }

    /// Sends an event once.
    private func send(
        _ publication: Publication,
        _ id: String,
        until deadline: ContinuousClock.Instant
    ) async throws(NATSFailure) -> (sequence: UInt64, isDuplicate: Bool, isOfKnownStream: Bool) {
        let connection = try await self.connectionOrFailure()
        try connection.checkIsUp()
        let message = UInt(bitPattern: try self.codec.message(of: publication))
        let rest = max(.milliseconds(100), ContinuousClock.now.duration(to: deadline))
        let timeout = min(self.configuration.requestTimeout, rest)
        switch await self.publishing.send(message, id: id, timeout: timeout, connection) {
        case .failed(let failure): throw failure
        case .acknowledged(let stream, let sequence, let isDuplicate, let isOfKnownStream):
            guard stream == self.configuration.stream else {
                throw NATSFailure(NATS_ERR, text: "the stream '\(stream)' has taken the event in instead")
            }
            return (sequence, isDuplicate, isOfKnownStream)
        }
    }

    private func receipt(
        for publication: Publication,
        _ sequence: UInt64,
        isDuplicate: Bool,
        isOfKnownStream: Bool
    ) async -> PublishReceipt {
        var position = EventPosition(epoch: self.state.withLock { $0.snapshot.epoch }, sequence: sequence)
        if !isOfKnownStream, let snapshot = try? await self.snapshot() { position.epoch = snapshot.epoch }
        var receipt = PublishReceipt(
            position: position,
            id: publication.event.id?.rawValue ?? position.wireID,
            isDuplicate: isDuplicate
        )
        if isDuplicate, let first = try? await self.read(after: sequence - 1, .everything, limit: 1).records.first,
            first.position.sequence == sequence, !first.isHole
        {
            // The first event's id is what counts, should this one have another.
            receipt.id = first.id
        }
        return receipt
    }
}
#endif
