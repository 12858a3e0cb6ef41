internal import Synchronization

/// An engine's log as a broker has it: a copy of the newest part, which follows the engine, and a way to the rest.
///
/// Whatever is asked of the engine is asked by ``serve()``, no more than a few things at a time and in the order in
/// which they came. So any number of subscribers who come back or are slow cost the engine no more than that, and an
/// event loop can have something read without a task of its own.
@available(SwiftSSE 1.0, *)
package final class EngineMirror: Sendable {
    /// The most requests that wait for their turn.
    static let queueLimit = 10_000
    /// How old what is known of the engine's log may be. It is asked once a second.
    static let knowledgeAge = Duration.seconds(2)
    /// For how long the engine's log may be ahead of the copy while nothing comes. Then it is followed anew.
    static let patience = Duration.seconds(3)

    struct State {
        /// What the engine's log held, and when it was asked.
        var known: (bounds: LogBounds, time: Duration)?
        /// Why the engine could not say what its log holds, the last time.
        var boundsFailure: String?
        var isAskingBounds = false
        var waitingForBounds: [EngineReply<LogBounds>] = []
        /// Why the engine was not followed any further, the last time.
        var followFailure: String?
        /// Since when the engine has been followed.
        var followStart: Duration?
        /// Ends the following of the engine, so that it begins anew.
        var restart: EngineReply<FollowEnd>?
        /// That the engine's log is ahead of the copy, and nothing comes.
        var lag: Lag?
    }

    /// Why the engine is followed anew without having failed.
    enum FollowEnd {
        /// Its log is another one.
        case anotherLog
        /// It has events and does not deliver them.
        case isStuck
    }

    /// The engine's log is ahead of the copy.
    struct Lag {
        /// Where the copy has ended all the time.
        let position: EventPosition
        /// Where the engine's log ends.
        var last: UInt64
        let start: Duration
    }

    let engine: any BrokerEngine
    let store: LogStore
    let configuration: BrokerConfiguration
    let time: TimeSource
    let call: EngineCaller
    let queue = EngineQueue(limit: EngineMirror.queueLimit)
    let state = Mutex(State())

    private init(
        _ engine: any BrokerEngine,
        _ configuration: BrokerConfiguration,
        _ time: TimeSource,
        _ store: LogStore
    ) {
        self.engine = engine
        self.configuration = configuration
        self.time = time
        self.store = store
        self.call = EngineCaller(engine: engine, time: time, limit: configuration.engineTimeout)
    }

    /// Copies the newest part of an engine's log, as much as the retention covers.
    convenience init(
        of engine: some BrokerEngine,
        _ configuration: BrokerConfiguration,
        _ time: TimeSource
    ) async throws(BrokerError) {
        let now = time.now
        let bounds = try await engine.bounds()
        let kept = UInt64(configuration.retention.events)
        let first = max(bounds.first, bounds.last > kept ? bounds.last - kept + 1 : 1)
        let store = LogStore(
            log: EventLog(epoch: bounds.epoch, nextSequence: first, retention: configuration.retention),
            window: IdempotencyWindow(span: .zero, limit: 1),
            time: time
        )
        while store.last < bounds.last {
            let cursor = store.last
            let slice = try await engine.read(after: cursor, .everything, limit: 1000, bytes: EngineMirror.sliceBytes)
            // What has left the engine's log meanwhile cannot be copied.
            if slice.isMissingEvents { store.skip(to: slice.records.first?.position.sequence ?? slice.cursor + 1) }
            try store.append(contentsOf: slice.records)
            guard store.last > cursor else {
                throw BrokerError(
                    code: .engineFailed,
                    message: "The engine says that its log ends at \(bounds.last), and has nothing behind \(cursor)."
                )
            }
        }
        self.init(engine, configuration, time, store)
        self.state.withLock { $0.known = (bounds, now) }
    }

    /// How the engine is, as far as it is to be seen from here as well.
    func health(_ own: EngineHealth) -> EngineHealth {
        if case .unavailable = own { return own }
        let time = self.time.now
        let position = self.store.position
        return self.state.withLock { state in
            // One that has been followed for a while again is.
            if let failure = state.followFailure, state.followStart.map({ time - $0 < .seconds(1) }) ?? true {
                return .unavailable("Events do not come from the engine: \(failure)")
            }
            if let lag = state.lag, lag.position == position, time - lag.start >= Self.patience {
                return .degraded(
                    "The engine's log ends at \(lag.last), and nothing behind \(position.sequence) comes from it."
                )
            }
            if let failure = state.boundsFailure { return .degraded("The engine does not answer: \(failure)") }
            return own
        }
    }

    // MARK: Asking

    /// Asks the engine what it is asked for, a few things at a time, until the task is cancelled.
    func serve() async {
        await withTaskGroup(of: Void.self) { group in
            var count = 0
            while let request = await self.queue.next() {
                if count == max(1, self.configuration.engineReads) {
                    await group.next()
                    count -= 1
                }
                guard self.time.now < request.deadline else {
                    request.refuse(.engineIsSilent)
                    continue
                }
                group.addTask { await request.run() }
                count += 1
            }
            group.cancelAll()
        }
        self.queue.close()
    }

    /// Has the engine asked for something, and waits for the answer.
    ///
    /// - Throws: ``BrokerError`` with the code ``BrokerError/Code/engineUnavailable`` if there is none in time; what the
    ///   engine throws.
    func perform<Value: Sendable>(
        _ kind: EngineQueue.Kind = .question,
        _ body: @escaping @Sendable (any BrokerEngine) async throws(BrokerError) -> Value
    ) async throws(BrokerError) -> Value {
        let reply = EngineReply<Value>()
        let call = self.call
        self.queue.push(
            EngineQueue.Request(
                kind: kind,
                deadline: self.time.now + call.limit,
                run: { if !reply.isGiven { reply.give(await call(body)) } },
                refuse: { reply.give(.failure($0)) }
            )
        )
        return try await reply.wait(within: call.limit, self.time)
    }
}
