package import SSEBroker
internal import Synchronization

/// An engine that is slow, fails and loses its log when it is told to. The log itself is a ``MemoryEngine``.
@available(SwiftSSE 1.0, *)
package final class SteeredEngine: BrokerEngine {
    /// What a broker asks for.
    package enum Call: CaseIterable, Sendable {
        case append
        case read
        case bounds
        case find
        case follow
    }

    private struct State {
        var log: MemoryEngine
        var failures: [Call: BrokerError] = [:]
        /// How many reads are under way, and the most there were at a time.
        var reading = 0
        var mostReading = 0
        var idsOfPublishers: [String: UInt64] = [:]
    }

    private let state: Mutex<State>
    private let counts = Watched<[Call: Int]>([:])
    private let gates = Dictionary(uniqueKeysWithValues: Call.allCases.map { ($0, Turnstile(isOpen: true)) })
    /// Who passes ends the following.
    private let interruption = Turnstile()
    private let ownHealth: Mutex<EngineHealth> = Mutex(.healthy)

    /// - Parameter log: The log. Its retention is the engine's.
    package init(_ log: MemoryEngine = MemoryEngine()) {
        self.state = Mutex(State(log: log))
    }

    // MARK: Steering

    package var log: MemoryEngine { self.state.withLock { $0.log } }

    /// How often something has been asked for.
    package func count(of call: Call) -> Int { self.counts.value[call] ?? 0 }

    /// Waits until something has been asked for so often, or more.
    package func wait(for call: Call, count: Int) async throws {
        try await self.counts.wait { $0[call] ?? 0 >= count }
    }

    /// The most reads that were under way at a time.
    package var mostReading: Int { self.state.withLock { $0.mostReading } }

    /// Where those wait who ask for something. For ``Call/follow`` that is each batch of events.
    package func gate(_ call: Call) -> Turnstile {
        guard let gate = self.gates[call] else { preconditionFailure("Each call has a gate.") }
        return gate
    }

    /// Has something fail from now on, or no more.
    package func fail(_ call: Call, with error: BrokerError?) { self.state.withLock { $0.failures[call] = error } }

    /// Ends the following that is under way, once it is.
    package func interruptFollowing(_ error: BrokerError) async throws {
        try await self.interruption.waitForWaiters(1)
        self.interruption.refuse(throwing: error)
    }

    /// Goes on with another log. Who follows the one before is told nothing.
    package func replaceLog(by log: MemoryEngine) { self.state.withLock { $0.log = log } }

    package func setHealth(_ health: EngineHealth) { self.ownHealth.withLock { $0 = health } }

    private func begin(_ call: Call) async throws(BrokerError) {
        self.counts.update { $0[call, default: 0] += 1 }
        do {
            try await self.gate(call).pass()
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(code: .engineFailed, message: "The engine was not waited for.", cause: error)
        }
        if let error = self.state.withLock({ $0.failures[call] }) { throw error }
    }

    // MARK: BrokerEngine

    package func append(_ publication: Publication) async throws(BrokerError) -> PublishReceipt {
        try await self.begin(.append)
        // Under the lock, so that an event that is in the log is found by its id as well.
        let result = self.state.withLock { state in
            Result { () throws(BrokerError) in
                let receipt = try state.log.append(publication)
                if let id = publication.event.id?.rawValue, state.idsOfPublishers[id] == nil {
                    state.idsOfPublishers[id] = receipt.position.sequence
                }
                return receipt
            }
        }
        return try result.get()
    }

    package func follow(
        after cursor: UInt64,
        deliver: @escaping @Sendable ([LogRecord]) throws(BrokerError) -> Void
    ) async throws {
        self.counts.update { $0[.follow, default: 0] += 1 }
        if let error = self.state.withLock({ $0.failures[.follow] }) { throw error }
        let log = self.log
        let (batches, continuation) = AsyncStream<[LogRecord]>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await log.follow(after: cursor) { continuation.yield($0) } }
            group.addTask {
                for await batch in batches {
                    try await self.gate(.follow).pass()
                    try deliver(batch)
                }
            }
            group.addTask { try await self.interruption.pass() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    package func read(
        after cursor: UInt64,
        _ selection: TopicSelection,
        limit: Int
    ) async throws(BrokerError) -> LogSlice {
        self.state.withLock { state in
            state.reading += 1
            state.mostReading = max(state.mostReading, state.reading)
        }
        defer { self.state.withLock { $0.reading -= 1 } }
        try await self.begin(.read)
        return try self.log.read(after: cursor, selection, limit: limit)
    }

    package func bounds() async throws(BrokerError) -> LogBounds {
        try await self.begin(.bounds)
        return try self.log.bounds()
    }

    package func sequence(ofPublisherID id: String) async throws(BrokerError) -> UInt64? {
        try await self.begin(.find)
        return self.state.withLock { $0.idsOfPublishers[id] }
    }

    package func health() async -> EngineHealth { self.ownHealth.withLock { $0 } }
}
