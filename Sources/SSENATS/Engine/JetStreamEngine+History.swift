#if NATS
internal import CNats
internal import Logging
internal import SSEBroker
internal import Synchronization

// A stream that was set back: its servers have lost what they had acknowledged, or an older copy of their files was put
// back, or it was made again with its old description. New events get numbers that others have had, so it needs an epoch
// of its own, or brokers would serve different events under the same ids.
@available(SwiftSSE 1.0, *)
extension JetStreamEngine {
    /// For how long a stream may end before an event that it has had. A server that does not know yet that it leads no
    /// longer may say so for a while.
    private static let patience = Duration.seconds(5)

    /// An event that has been delivered.
    struct Delivered {
        let position: EventPosition
        /// When it was stored.
        let time: Duration
    }

    /// What is known of a stream's past.
    struct History {
        /// The newest event that has been delivered.
        var newest: Delivered?
        /// Whether somebody has followed the stream. Before that, what is read is what a copy begins with.
        var isFollowed = false
        /// Since when the stream has ended before events that it has had.
        var shortStart: ContinuousClock.Instant?
    }

    /// Notes an event that is delivered, to know it again.
    ///
    /// - Parameter isFollowed: Whether it was delivered to somebody who follows the stream. What others read does not count
    ///   once there is one, since it may be of a stream that has been set back in the meantime.
    func noteDelivered(_ record: LogRecord, isFollowed: Bool = true) {
        guard let time = record.time, !record.isHole else { return }
        self.state.withLock { state in
            guard isFollowed || !state.history.isFollowed else { return }
            if isFollowed { state.history.isFollowed = true }
            if let newest = state.history.newest, newest.position.epoch == record.position.epoch,
                newest.position.sequence >= record.position.sequence
            {
                return
            }
            state.history.newest = Delivered(position: record.position, time: time)
        }
    }

    /// The newest event that has been delivered.
    var newestDelivered: Delivered? { self.state.withLock { $0.history.newest } }

    /// Begins a new epoch if a stream was set back.
    ///
    /// - Parameters:
    ///   - snapshot: What the stream's leader says.
    ///   - cursor: The last event that somebody who follows the stream has had.
    ///   - newest: The newest event that had been delivered before the leader was asked.
    /// - Throws: `BrokerError` with the code `eventsMissed` if it was set back, or may have been.
    func checkHistory(
        _ snapshot: StreamSnapshot,
        cursor: UInt64,
        _ newest: Delivered?
    ) async throws(BrokerError) {
        let newest = newest.flatMap { $0.position.epoch == snapshot.epoch ? $0 : nil }
        let known = max(cursor, newest?.position.sequence ?? 0)
        guard snapshot.last >= known else {
            let message = "The stream ends at \(snapshot.last) and has lost events up to \(known)."
            let start = self.state.withLock { state in
                let start = state.history.shortStart ?? .now
                state.history.shortStart = start
                return start
            }
            if start.duration(to: .now) >= Self.patience { try await self.beginEpoch(after: snapshot, message) }
            throw BrokerError(code: .eventsMissed, message: message)
        }
        self.state.withLock { $0.history.shortStart = nil }
        // Only the newest one: numbers are given in order, so that a stream that has it has all before it.
        let sequence = newest?.position.sequence ?? cursor
        guard sequence > 0, sequence >= snapshot.first else { return }
        let record = try await self.read(after: sequence - 1, .everything, limit: 1).records.first
        guard let record, record.position == EventPosition(epoch: snapshot.epoch, sequence: sequence) else { return }
        guard let newest else { return self.noteDelivered(record) }
        guard let time = record.time, time != newest.time else { return }
        let message = "The stream has another event \(sequence) than it had."
        try await self.beginEpoch(after: snapshot, message)
        throw BrokerError(code: .eventsMissed, message: message)
    }

    /// Writes a new epoch into the stream's description. Servers that are cut off from the others cannot.
    private func beginEpoch(after snapshot: StreamSnapshot, _ reason: String) async throws(BrokerError) {
        let connection = try await self.connection()
        let stream = self.configuration.stream
        let hasBegun = try await self.calls.run { () throws(BrokerError) in
            do throws(NATSFailure) {
                return try Self.beginEpoch(of: stream, after: snapshot.epoch, connection)
            } catch {
                throw BrokerError("The stream '\(stream)' was set back and cannot begin anew", error)
            }
        }
        self.state.withLock { $0.history = History() }
        guard hasBegun else { return }
        self.logger.warning(
            "The stream was set back; it goes on as another log, and subscribers are told of a gap",
            metadata: ["stream": "\(stream)", "reason": "\(reason)"]
        )
    }

    /// - Returns: Whether it is this broker that has done it, and not another one before.
    private static func beginEpoch(
        of stream: String,
        after epoch: UInt64,
        _ connection: NATSConnection
    ) throws(NATSFailure) -> Bool {
        var information: UnsafeMutablePointer<jsStreamInfo>?
        var code = jsErrCode(0)
        try check(js_GetStreamInfo(&information, connection.context, stream, nil, &code), code)
        defer { jsStreamInfo_Destroy(information) }
        guard let information, let configuration = information.pointee.Config else {
            throw NATSFailure(NATS_ERR, text: "the answer is empty")
        }
        let known = StreamEpoch(information.pointee)
        guard known.value == epoch else { return false }
        let former = configuration.pointee.Description
        defer { configuration.pointee.Description = former }
        let status = known.next.description.withCString { description in
            configuration.pointee.Description = description
            return js_UpdateStream(nil, connection.context, configuration, nil, &code)
        }
        try check(status, code)
        return true
    }
}
#endif
