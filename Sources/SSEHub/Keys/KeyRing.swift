internal import Logging
internal import SSEBroker
internal import Synchronization

/// The keys that are known now; of a set that is loaded, the newest.
///
/// A set is loaded by ``run(every:)`` only, one load at a time. Who needs a key that is not there asks for a load and
/// waits for its end, but not for long: it has a time of its own, and ends with its task.
@available(SwiftSSE 1.0, *)
final class KeyRing: Sendable {
    /// So long after a load a key that is not known is no reason for another one, or strangers could have the hub ask
    /// the issuer as often as they like.
    static let minimumInterval = Duration.seconds(10)
    /// How long a load may take, to the last byte.
    static let loadTimeout = Duration.seconds(10)
    /// How long a token waits for a key that is not among those that are known.
    static let patience = Duration.seconds(5)
    /// The most tokens that wait; those that come then are answered by what is known.
    static let maximumWaiters = 1000

    private struct State {
        var keys: [VerificationKey]?
        /// Counts the loads that have brought other keys.
        var generation = 0
        var lastLoad: Duration?
        /// Whether the last load has brought nothing.
        var hasFailed = false
        var isLoading = false
        var isRetired = false
        /// Whether somebody has asked for a load.
        var isWanted = false
        /// The one who loads, while it has nothing to do.
        var loader: CheckedContinuation<Void, Never>?
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var lastWaiterID: UInt64 = 0
    }

    private let state: Mutex<State>
    private let load: (@Sendable () async throws -> String)?
    private let time: TimeSource
    private let logger: Logger

    /// - Parameters:
    ///   - former: The ring before this one, whose keys are good until there are own ones.
    ///   - time: What measures time.
    init(_ source: TokenKeys.Source, former: KeyRing?, time: TimeSource, _ logger: Logger) {
        self.logger = logger
        self.time = time
        switch source {
        case .fixed(let keys):
            self.state = Mutex(State(keys: keys))
            self.load = nil
        case .loaded(_, _, let load):
            self.state = Mutex(State(keys: former?.state.withLock { $0.keys }))
            self.load = load
        }
    }

    /// Counts the loads that have brought other keys.
    var generation: Int { self.state.withLock { $0.generation } }

    // MARK: Asking

    /// The keys that a header can be of. Waits for the set if there is none of them.
    ///
    /// - Returns: `nil` if there are no keys at all yet.
    func keys(fitting isFitting: (VerificationKey) -> Bool) async -> [VerificationKey]? {
        if let found = self.state.withLock({ $0.keys })?.filter(isFitting), !found.isEmpty { return found }
        if self.load != nil { await self.waitForLoad() }
        return self.state.withLock { $0.keys }?.filter(isFitting)
    }

    /// A Boolean value that indicates whether there is such a key.
    func hasKey(_ isWanted: (VerificationKey) -> Bool) -> Bool {
        self.state.withLock { $0.keys }?.contains(where: isWanted) ?? false
    }

    /// Asks for a load, if it is time for one, and waits for its end as long as it is worth.
    private func waitForLoad() async {
        let now = self.time.now
        let (patience, loader) = self.state.withLock { state -> (Duration?, CheckedContinuation<Void, Never>?) in
            guard state.isLoading || state.isWanted || state.lastLoad.map({ now - $0 >= Self.minimumInterval }) ?? true
            else {
                return (nil, nil)
            }
            state.isWanted = state.isWanted || !state.isLoading
            let loader = state.loader.take()
            guard state.waiters.count < Self.maximumWaiters else { return (nil, loader) }
            guard state.keys != nil else { return (Self.loadTimeout, loader) }
            // Who has keys need not wait for an issuer that did not answer the last time.
            return (state.hasFailed ? nil : Self.patience, loader)
        }
        loader?.resume()
        guard let patience else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.waitForEndOfLoad() }
            group.addTask { try? await self.time.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Waits until a load has ended, or the task is cancelled.
    private func waitForEndOfLoad() async {
        let id = self.state.withLock { state in
            state.lastWaiterID += 1
            return state.lastWaiterID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = self.state.withLock { state in
                    guard !Task.isCancelled, state.isLoading || state.isWanted, !state.isRetired else { return false }
                    state.waiters[id] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }

    /// How many tokens wait for a load.
    var waiterCount: Int { self.state.withLock { $0.waiters.count } }

    // MARK: Loading

    /// Loads the set again and again, and when somebody asks for it, until the task is cancelled or the ring is
    /// retired.
    ///
    /// - Parameters:
    ///   - interval: The time between two loads.
    ///   - onLoad: Is called after each load.
    func run(every interval: Duration, onLoad: @Sendable () -> Void) async {
        guard let load else { return }
        while !Task.isCancelled, !self.state.withLock({ $0.isRetired }) {
            await self.refresh(load)
            onLoad()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await self.time.sleep(for: interval) }
                group.addTask { await self.waitForDemand() }
                await group.next()
                group.cancelAll()
            }
        }
        // Nobody loads any more.
        self.retire()
    }

    private func refresh(_ load: @escaping @Sendable () async throws -> String) async {
        self.state.withLock {
            $0.isLoading = true
            $0.isWanted = false
        }
        let result: Result<[VerificationKey], any Error>
        do {
            result = .success(try VerificationKey.keys(ofSet: try await self.inTime(load)))
        } catch {
            result = .failure(error)
            // What is known is better than nothing.
            if !Task.isCancelled {
                self.logger.error("The key set cannot be loaded", metadata: ["error": "\(error)"])
            }
        }
        let now = self.time.now
        let waiters = self.state.withLock { state in
            state.isLoading = false
            state.lastLoad = now
            state.hasFailed = true
            if case .success(let keys) = result {
                state.keys = keys
                state.generation += 1
                state.hasFailed = false
            }
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Loads the set as a whole, or gives up.
    private func inTime(_ load: @escaping @Sendable () async throws -> String) async throws -> String {
        let late = TokenKeysError("It has not come as a whole within \(Self.loadTimeout.components.seconds) seconds.")
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { try await load() }
            group.addTask {
                try await self.time.sleep(for: Self.loadTimeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let text = try await group.next() ?? nil else { throw late }
            return text
        }
    }

    /// Waits until somebody asks for a load, or the task is cancelled.
    private func waitForDemand() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waits = self.state.withLock { state in
                    guard !Task.isCancelled, !state.isWanted, !state.isRetired else { return false }
                    state.loader = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.loader.take() }?.resume()
        }
    }

    /// Loads no more: nobody waits any longer for a set that will not come.
    func retire() {
        let (loader, waiters) = self.state.withLock { state in
            state.isRetired = true
            state.isWanted = false
            defer { state.waiters = [:] }
            return (state.loader.take(), state.waiters.values)
        }
        loader?.resume()
        for waiter in waiters { waiter.resume() }
    }
}
