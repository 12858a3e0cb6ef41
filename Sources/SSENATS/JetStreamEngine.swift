#if NATS
internal import CNats
public import Logging
public import SSEBroker
internal import Synchronization

/// Keeps a broker's log in NATS JetStream, so that brokers on many machines are one.
///
/// All brokers on the same stream see the same events at the same positions. A client goes on at any of them with the last
/// event ID it has, and with several replicas a server may be lost without losing an event.
///
/// ```swift
/// var configuration = JetStreamConfiguration(servers: ["nats://n1:4222", "nats://n2:4222", "nats://n3:4222"])
/// configuration.replicas = 3
/// let engine = try await JetStreamEngine(configuration, logger: logger)
/// let broker = try await Broker(engine: engine)
/// ```
///
/// It has one connection, which comes back by itself, and closes it when nobody uses the engine any more.
@available(SwiftSSE 1.0, *)
public final class JetStreamEngine: BrokerEngine {
    /// The settings.
    public let configuration: JetStreamConfiguration

    let codec: MessageCodec
    /// The threads that ask the servers.
    let calls: BlockingCalls
    private let logger: Logger
    private let publishing = PublishQueue()
    private let ids = MessageIDs()
    private let permits: Permits

    private struct State {
        var connection: NATSConnection
        /// The newest that is known of the stream, and since when.
        var snapshot: StreamSnapshot
        var snapshotTime: ContinuousClock.Instant
        /// What was last said that the stream holds.
        var bounds: LogBounds?
        /// When connecting anew failed last, and why.
        var failure: (time: ContinuousClock.Instant, error: BrokerError)?
        var lastProblem: String?
    }

    private let state: Mutex<State>
    /// One at a time makes a new connection.
    private let connecting = BlockingCalls("swift-sse.nats.connect", width: 1)

    /// Connects, and sees to it that the stream is there.
    ///
    /// - Parameters:
    ///   - configuration: The settings.
    ///   - logger: Where to report to.
    /// - Throws: `BrokerError`: with the code `engineUnavailable` if no server is reached within
    ///   ``JetStreamConfiguration/connectTimeout`` or the stream has no leader in that time, with the code `engineFailed`
    ///   if it does not accept who this is, or if the stream cannot hold a log.
    public init(
        _ configuration: JetStreamConfiguration = JetStreamConfiguration(),
        logger: Logger
    ) async throws(BrokerError) {
        try configuration.validate()
        let subjects = SubjectEncoding(prefix: configuration.subjectPrefix)
        let setup = StreamSetup(configuration: configuration, subjects: subjects, logger: logger)
        let calls = BlockingCalls("swift-sse.nats.call", width: 8)
        let deadline = ContinuousClock.now + configuration.connectTimeout
        let (connection, snapshot) = try await Self.start(configuration, setup, calls, until: deadline)
        self.configuration = configuration
        self.logger = logger
        self.calls = calls
        self.codec = MessageCodec(subjects: subjects)
        self.permits = Permits(configuration.maximumUnacknowledged)
        self.state = Mutex(State(connection: connection, snapshot: snapshot, snapshotTime: .now))
        logger.info(
            "Connected to NATS",
            metadata: [
                "server": "\(connection.serverURL.map(JetStreamConfiguration.printable) ?? "?")",
                "stream": "\(configuration.stream)", "first": "\(snapshot.first)", "last": "\(snapshot.last)",
            ]
        )
    }

    /// Tries until a deadline: a cluster that is just starting has no leader for some seconds.
    private static func start(
        _ configuration: JetStreamConfiguration,
        _ setup: StreamSetup,
        _ calls: BlockingCalls,
        until deadline: ContinuousClock.Instant
    ) async throws(BrokerError) -> (NATSConnection, StreamSnapshot) {
        while true {
            do throws(BrokerError) {
                let connection = try await calls.run { () throws(BrokerError) in try Self.connect(configuration) }
                while true {
                    do throws(BrokerError) {
                        return (
                            connection,
                            try await calls.run { () throws(BrokerError) in
                                do throws(NATSFailure) {
                                    return try setup.run(connection)
                                } catch {
                                    throw BrokerError("The stream '\(configuration.stream)' cannot be used", error)
                                }
                            }
                        )
                    } catch {
                        try await Self.pause(after: error, until: deadline)
                        if connection.state.isClosed { throw error }
                    }
                }
            } catch {
                try await Self.pause(after: error, until: deadline)
            }
        }
    }

    /// Waits a little, if the error may go away and there is time left.
    private static func pause(
        after error: BrokerError,
        until deadline: ContinuousClock.Instant
    ) async throws(BrokerError) {
        guard let failure = error.cause as? NATSFailure, failure.isTemporary, ContinuousClock.now < deadline else {
            throw error
        }
        do {
            try await Task.sleep(for: .milliseconds(250))
        } catch {
            throw BrokerError(code: .engineFailed, message: "Connecting to NATS was cancelled.", cause: error)
        }
    }

    private static func connect(_ configuration: JetStreamConfiguration) throws(BrokerError) -> NATSConnection {
        do throws(NATSFailure) {
            return try NATSConnection.connect(configuration)
        } catch {
            throw BrokerError("Cannot connect to \(configuration.serverNames)", error)
        }
    }

    // MARK: The engine

    /// Adds an event to the stream, and returns when its servers have acknowledged it.
    ///
    /// While they cannot, because one is starting or a leader is being elected, it is tried again with the same key for
    /// ``JetStreamConfiguration/publishTimeout``; trying again adds nothing twice.
    public func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        try self.codec.checkIsText(publication.event)
        await self.permits.acquire()
        defer { self.permits.release() }
        let id = self.ids.id(for: publication.idempotencyKey)
        let deadline = ContinuousClock.now + self.configuration.publishTimeout
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

    private func checkMayRetry(
        after failure: NATSFailure,
        until deadline: ContinuousClock.Instant
    ) throws(BrokerError) {
        if failure.status == NATS_MAX_PAYLOAD || failure.has(JSStreamMessageExceedsMaximumErr) {
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

    /// Delivers every event behind a cursor, also over restarts and failures of servers, until the task is cancelled.
    ///
    /// What was deleted from the stream, or cannot be read as an event, is delivered as `LogRecord.hole(at:)`.
    ///
    /// - Throws: `CancellationError`; `BrokerError` with the code `eventsMissed` if events behind the cursor
    ///   have left the stream, or if it has been made again.
    public func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws {
        var follower = Follower(self, after: cursor, deliver: deliver)
        try await follower.run()
    }

    /// Reads events behind a cursor. No more than a thousand are looked at in one go.
    public func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int
    ) async throws(BrokerError) -> LogSlice {
        try await self.read(after: cursor, selection, limit: limit, bytes: StreamReader.maximumByteCount)
    }

    /// Reads events behind a cursor, but not many more than some bytes of them.
    public func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int,
        bytes: Int
    ) async throws(BrokerError) -> LogSlice {
        let connection = try await self.connection()
        return try await self.calls.runUnlessCancelled { () throws(BrokerError) in
            do throws(NATSFailure) {
                var slice = try StreamReader.read(
                    self,
                    connection,
                    after: cursor,
                    selection,
                    limit: limit,
                    bytes: bytes
                )
                slice.truncate(toBytes: bytes)
                return slice
            } catch {
                throw BrokerError("The stream '\(self.configuration.stream)' cannot be read", error)
            }
        }
    }

    /// What the stream holds now, as its leader says.
    ///
    /// A server that does not know yet that it leads no longer may say less than one before it. That is passed over.
    public func bounds() async throws(BrokerError) -> LogBounds {
        var bounds = try await self.snapshot().bounds
        self.state.withLock { state in
            if let known = state.bounds, known.epoch == bounds.epoch {
                bounds.first = max(known.first, bounds.first)
                bounds.last = max(known.last, bounds.last)
            }
            state.bounds = bounds
        }
        return bounds
    }

    /// How the engine is: whether it is connected, and the stream has a leader and all its replicas.
    public func health() async -> EngineHealth {
        let (known, time) = self.state.withLock { ($0.snapshot, $0.snapshotTime) }
        var snapshot = known
        do throws(BrokerError) {
            // Whoever asks often gets an answer that is a little old.
            if time.duration(to: .now) > .milliseconds(500) { snapshot = try await self.snapshot() }
            if let failure = self.state.withLock({ $0.connection.state.failure }) {
                return .unavailable("NATS at \(self.configuration.serverNames): \(failure).")
            }
        } catch {
            return .unavailable(error.message)
        }
        guard snapshot.leader != nil else {
            return .unavailable("The stream '\(self.configuration.stream)' has no leader.")
        }
        guard snapshot.absentReplicas.isEmpty else {
            return .degraded(
                "The stream '\(self.configuration.stream)' is without its replicas on "
                    + "\(snapshot.absentReplicas.joined(separator: ", "))."
            )
        }
        return .healthy
    }

    // MARK: For followers and readers

    /// Asks what the stream holds.
    func snapshot() async throws(BrokerError) -> StreamSnapshot {
        let connection = try await self.connection()
        let snapshot = try await self.calls.runUnlessCancelled { () throws(BrokerError) in
            do throws(NATSFailure) {
                return try StreamSnapshot.read(self.configuration.stream, connection)
            } catch {
                let (names, stream) = (self.configuration.serverNames, self.configuration.stream)
                guard !error.has(JSStreamNotFoundErr) else {
                    throw BrokerError(
                        code: .engineUnavailable,
                        message: "There is no stream '\(stream)' at \(names) any more.",
                        cause: error
                    )
                }
                throw BrokerError("NATS at \(names) says nothing of the stream '\(stream)'", error)
            }
        }
        let isNew = self.state.withLock { state in
            defer {
                state.snapshot = snapshot
                state.snapshotTime = .now
                state.lastProblem = nil
            }
            return snapshot.epoch != state.snapshot.epoch
        }
        connection.state.pending.trustStream(upTo: snapshot.last, isNew: isNew)
        return snapshot
    }

    /// Has a problem logged that a follower goes on in spite of, once.
    func noteFailure(_ problem: String) {
        let isNew = self.state.withLock { state in
            defer { state.lastProblem = problem }
            return state.lastProblem != problem
        }
        guard isNew else { return }
        self.logger.notice("Following the stream again in a moment", metadata: ["reason": "\(problem)"])
    }

    /// The connection. The library closes one for good when a server refuses twice whom it knew before; then there is a
    /// new one.
    func connection() async throws(BrokerError) -> NATSConnection {
        let known = self.state.withLock { $0.connection }
        guard known.state.isClosed else { return known }
        return try await self.connecting.run { () throws(BrokerError) in
            let (known, failure) = self.state.withLock { ($0.connection, $0.failure) }
            guard known.state.isClosed else { return known }
            if let failure, failure.time.duration(to: .now) < .seconds(1) { throw failure.error }
            do throws(BrokerError) {
                let connection = try Self.connect(self.configuration)
                self.state.withLock { $0.connection = connection }
                return connection
            } catch {
                self.state.withLock { $0.failure = (.now, error) }
                throw error
            }
        }
    }

    private func connectionOrFailure() async throws(NATSFailure) -> NATSConnection {
        do throws(BrokerError) {
            return try await self.connection()
        } catch {
            throw NATSFailure(NATS_CONNECTION_CLOSED, text: error.message)
        }
    }
}
#endif
