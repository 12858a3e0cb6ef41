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
            leeway: Duration,
            _ logger: Logger
        ) {
            func verifier(_ keys: TokenKeys, of role: String) -> TokenVerifier {
                TokenVerifier(keys, replacing: former, role: role, leeway: leeway, logger)
            }
            switch publishPolicy {
            case .nobody: self.publishing = .nobody
            case .everybody: self.publishing = .everybody
            case .bearersOfTokens(let keys):
                self.publishing = .bearersOfTokens(verifier(keys, of: "publisher"))
            }
            switch subscribePolicy {
            case .everybody: self.subscribing = .everybody
            case .bearersOfTokens(let keys, let admitsOthers):
                self.subscribing = .bearersOfTokens(
                    verifier(keys, of: "subscriber"),
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

    private let leeway: Duration
    private let logger: Logger
    private let state: Mutex<State>
    /// Those whose keys have to be kept up to date.
    private let verifiers: AsyncStream<TokenVerifier>
    private let continuation: AsyncStream<TokenVerifier>.Continuation

    /// - Parameter leeway: How much the clocks of issuers and hub may differ.
    init(
        _ publishPolicy: PublishPolicy,
        _ subscribePolicy: SubscribePolicy,
        leeway: Duration = .zero,
        _ logger: Logger
    ) {
        let state = State(publishPolicy, subscribePolicy, replacing: [], leeway: leeway, logger)
        self.leeway = leeway
        self.logger = logger
        self.state = Mutex(state)
        (self.verifiers, self.continuation) = AsyncStream.makeStream()
        for verifier in state.verifiers { self.continuation.yield(verifier) }
    }

    var publishing: Publishing { self.state.withLock { $0.publishing } }

    var subscribing: Subscribing { self.state.withLock { $0.subscribing } }

    /// Has other policies from now on.
    func replace(_ publishPolicy: PublishPolicy, _ subscribePolicy: SubscribePolicy) {
        // In one go: of two who do this at once, the second replaces what the first has put there.
        let (former, new) = self.state.withLock { state in
            let former = state.verifiers
            state = State(publishPolicy, subscribePolicy, replacing: former, leeway: self.leeway, self.logger)
            return (former, state.verifiers)
        }
        for verifier in new { self.continuation.yield(verifier) }
        for verifier in former { verifier.retire() }
    }

    /// Keeps what is loaded up to date, until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await verifier in self.verifiers { group.addTask { await verifier.run() } }
            group.cancelAll()
        }
    }
}
