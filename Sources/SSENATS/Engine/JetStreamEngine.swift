#if NATS
public import Logging
public import SSEBroker
internal import Synchronization

/// Keeps a broker's log in NATS JetStream, so that brokers on many machines are one.
///
/// All brokers on the same stream see the same events at the same positions. A client goes on at any of them with the
/// last event ID it has, and with several replicas a server may be lost without losing an event.
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
    let logger: Logger
    let publishing = PublishQueue()
    let ids = MessageIDs()
    let permits: Permits

    struct State {
        var connection: NATSConnection
        /// The newest that is known of the stream, and since when.
        var snapshot: StreamSnapshot
        var snapshotTime: ContinuousClock.Instant
        /// What was last said that the stream holds.
        var bounds: LogBounds?
        /// How the engine was when that was asked last, and whether somebody asks.
        var health: (time: ContinuousClock.Instant, value: EngineHealth)?
        var isAskingHealth = false
        /// When connecting anew failed last, and why.
        var failure: (time: ContinuousClock.Instant, error: BrokerError)?
        var lastProblem: String?
        var history = History()
    }

    let state: Mutex<State>
    /// One at a time makes a new connection.
    let connecting = BlockingCalls("swift-sse.nats.connect", width: 1)

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
        self.permits = Permits(
            configuration.maximumUnacknowledged,
            maximumWaiting: configuration.maximumWaiting
        )
        self.state = Mutex(
            State(connection: connection, snapshot: snapshot, snapshotTime: .now, health: (.now, .healthy))
        )
        logger.info(
            "Connected to NATS",
            metadata: [
                "server": "\(connection.serverURL.map(JetStreamConfiguration.printable) ?? "?")",
                "stream": "\(configuration.stream)", "first": "\(snapshot.first)", "last": "\(snapshot.last)",
            ]
        )
    }

    // MARK: The engine

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
        // Events that the selection does not want have to be read all the same.
        let isAll = selection.wanted.isAll
        let readLimit = isAll ? limit : limit > 0 ? Int(StreamReader.windowLength) : 0
        let readBytes = isAll ? bytes : max(bytes, min(StreamReader.maximumByteCount, 16 * EngineMirror.sliceBytes))
        let slice = try await self.calls.runUnlessCancelled { () throws(BrokerError) in
            do throws(NATSFailure) {
                return try StreamReader.read(self, connection, after: cursor, limit: readLimit, bytes: readBytes)
            } catch {
                throw BrokerError("The stream '\(self.configuration.stream)' cannot be read", error)
            }
        }
        if let last = slice.records.last { self.noteDelivered(last, isFollowed: false) }
        return await slice.filtered(by: selection, limit: limit, bytes: bytes)
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
    ///
    /// The servers are asked once for all who ask at the same time, since that may take as long as they do not answer.
    public func health() async -> EngineHealth {
        let known = self.state.withLock { state -> EngineHealth? in
            // Whoever asks often gets an answer that is a little old.
            if let health = state.health, state.isAskingHealth || health.time.duration(to: .now) < .milliseconds(500) {
                return health.value
            }
            state.isAskingHealth = true
            return nil
        }
        if let known {
            let failure = self.state.withLock { $0.connection.state.failure }
            return failure.map(self.unavailable) ?? known
        }
        let health = await self.askHealth()
        self.state.withLock { state in
            state.isAskingHealth = false
            // What is said to somebody who has stopped asking is not true of the engine.
            if !Task.isCancelled { state.health = (.now, health) }
        }
        return health
    }

    private func unavailable(_ failure: String) -> EngineHealth {
        .unavailable("NATS at \(self.configuration.serverNames): \(failure).")
    }

    private func askHealth() async -> EngineHealth {
        let (known, time) = self.state.withLock { ($0.snapshot, $0.snapshotTime) }
        var snapshot = known
        do throws(BrokerError) {
            if time.duration(to: .now) > .milliseconds(500) { snapshot = try await self.snapshot() }
            if let failure = self.state.withLock({ $0.connection.state.failure }) { return self.unavailable(failure) }
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
}
#endif
