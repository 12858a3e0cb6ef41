internal import Logging

/// The keys that are known now; of a set that is loaded, the newest.
@available(SwiftSSE 1.0, *)
actor KeyRing {
    /// So long after a load a key that is not known is no reason for another one, or strangers could have the hub ask
    /// the issuer as often as they like.
    static let minimumInterval = Duration.seconds(10)

    /// Counts the loads that have brought other keys.
    private(set) var generation = 0

    private var keys: [VerificationKey]?
    /// Whose keys are good until there are own ones.
    private var former: KeyRing?
    private let load: (@Sendable () async throws -> String)?
    private let logger: Logger
    private var lastLoad: ContinuousClock.Instant?
    private var isLoading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ source: TokenKeys.Source, former: KeyRing?, _ logger: Logger) {
        self.logger = logger
        switch source {
        case .fixed(let keys):
            self.keys = keys
            self.load = nil
        case .loaded(_, _, let load):
            self.load = load
            self.former = former
        }
    }

    /// The keys that a header can be of; loads the set if there is none.
    ///
    /// - Returns: `nil` if there are no keys at all yet.
    func keys(fitting isFitting: (VerificationKey) -> Bool) async -> [VerificationKey]? {
        await self.takeOver()
        if let found = self.keys?.filter(isFitting), !found.isEmpty { return found }
        if self.lastLoad.map({ ContinuousClock.now - $0 >= Self.minimumInterval }) ?? true { await self.refresh() }
        return self.keys?.filter(isFitting)
    }

    /// Takes the keys of the ring before this one, if there are none yet.
    private func takeOver() async {
        guard let former else { return }
        self.former = nil
        let known = await former.current()
        if self.keys == nil { self.keys = known }
    }

    private func current() async -> [VerificationKey]? {
        await self.takeOver()
        return self.keys
    }

    /// Loads the set. One call loads; those that come meanwhile wait for it.
    func refresh() async {
        guard let load else { return }
        await self.takeOver()
        guard !self.isLoading else {
            return await withCheckedContinuation { self.waiting.append($0) }
        }
        self.isLoading = true
        do {
            self.keys = try VerificationKey.keys(ofSet: try await load())
            self.generation += 1
        } catch {
            // What is known is better than nothing.
            self.logger.error("The key set cannot be loaded", metadata: ["error": "\(error)"])
        }
        self.lastLoad = .now
        self.isLoading = false
        let waiting = self.waiting
        self.waiting = []
        for continuation in waiting { continuation.resume() }
    }
}
