internal import Logging
internal import Synchronization

/// Who may publish and who may subscribe, as it is now: the policies with what verifies their tokens.
@available(SwiftSSE 1.0, *)
final class HubAccess: Sendable {
    enum Publishing: Sendable {
        case nobody
        case everybody
        case bearersOfTokens(TokenVerifier)
    }

    enum Subscribing: Sendable {
        case everybody
        case bearersOfTokens(TokenVerifier, admitsOthers: Bool)
    }

    private struct State {
        let publishing: Publishing
        let subscribing: Subscribing

        init(
            _ publishPolicy: PublishPolicy,
            _ subscribePolicy: SubscribePolicy,
            replacing former: [TokenVerifier],
            _ logger: Logger
        ) {
            switch publishPolicy {
            case .nobody: self.publishing = .nobody
            case .everybody: self.publishing = .everybody
            case .bearersOfTokens(let keys):
                self.publishing = .bearersOfTokens(TokenVerifier(keys, replacing: former, logger))
            }
            switch subscribePolicy {
            case .everybody: self.subscribing = .everybody
            case .bearersOfTokens(let keys, let admitsOthers):
                self.subscribing = .bearersOfTokens(
                    TokenVerifier(keys, replacing: former, logger),
                    admitsOthers: admitsOthers
                )
            }
        }

        var verifiers: [TokenVerifier] {
            var verifiers: [TokenVerifier] = []
            if case .bearersOfTokens(let verifier) = self.publishing { verifiers.append(verifier) }
            if case .bearersOfTokens(let verifier, _) = self.subscribing { verifiers.append(verifier) }
            return verifiers
        }
    }

    private let logger: Logger
    private let state: Mutex<State>
    /// Those whose keys have to be kept up to date.
    private let verifiers: AsyncStream<TokenVerifier>
    private let continuation: AsyncStream<TokenVerifier>.Continuation

    init(_ publishPolicy: PublishPolicy, _ subscribePolicy: SubscribePolicy, _ logger: Logger) {
        let state = State(publishPolicy, subscribePolicy, replacing: [], logger)
        self.logger = logger
        self.state = Mutex(state)
        (self.verifiers, self.continuation) = AsyncStream.makeStream()
        for verifier in state.verifiers { self.continuation.yield(verifier) }
    }

    var publishing: Publishing { self.state.withLock { $0.publishing } }

    var subscribing: Subscribing { self.state.withLock { $0.subscribing } }

    /// Has other policies from now on.
    func replace(_ publishPolicy: PublishPolicy, _ subscribePolicy: SubscribePolicy) {
        let former = self.state.withLock { $0.verifiers }
        let state = State(publishPolicy, subscribePolicy, replacing: former, self.logger)
        self.state.withLock { $0 = state }
        for verifier in former { verifier.retire() }
        for verifier in state.verifiers { self.continuation.yield(verifier) }
    }

    /// Keeps what is loaded up to date, until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await verifier in self.verifiers { group.addTask { await verifier.run() } }
            group.cancelAll()
        }
    }
}
