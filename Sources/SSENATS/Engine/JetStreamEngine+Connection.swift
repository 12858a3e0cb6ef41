#if NATS
internal import CNats
internal import Logging
internal import SSEBroker
internal import Synchronization

// How an engine comes to its servers, and what it knows of the stream.
@available(SwiftSSE 1.0, *)
extension JetStreamEngine {
    /// Tries until a deadline: a cluster that is just starting has no leader for some seconds.
    static func start(
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

    func connectionOrFailure() async throws(NATSFailure) -> NATSConnection {
        do throws(BrokerError) {
            return try await self.connection()
        } catch {
            throw NATSFailure(NATS_CONNECTION_CLOSED, text: error.message)
        }
    }
}
#endif
