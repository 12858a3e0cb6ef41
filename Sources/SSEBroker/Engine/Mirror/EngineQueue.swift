internal import DequeModule
internal import Synchronization

/// What is to be asked of an engine, in the order in which it came. One task takes it out.
@available(SwiftSSE 1.0, *)
final class EngineQueue: Sendable {
    struct Request: Sendable {
        /// After this time nobody waits for the answer.
        let deadline: Duration
        /// Asks the engine, and sees to it that the answer is taken.
        let run: @Sendable () async -> Void
        /// Is called instead if the engine will not be asked. It returns at once.
        let refuse: @Sendable (BrokerError) -> Void
    }

    private struct State {
        var requests: Deque<Request> = []
        var waiter: CheckedContinuation<Request?, Never>?
        var isClosed = false
    }

    private enum Fate {
        case kept
        case taken(CheckedContinuation<Request?, Never>)
        case refused(BrokerError)
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: The most requests that wait.
    init(limit: Int) {
        self.limit = limit
    }

    /// Adds a request, or refuses it: if there are too many or there will be no more answers.
    func push(_ request: Request) {
        let fate = self.state.withLock { state -> Fate in
            if state.isClosed { return .refused(.closed) }
            if let waiter = state.waiter.take() { return .taken(waiter) }
            guard state.requests.count < self.limit else {
                let message = "The engine is asked for too much at a time."
                return .refused(BrokerError(code: .engineUnavailable, message: message))
            }
            state.requests.append(request)
            return .kept
        }
        switch fate {
        case .kept: break
        case .taken(let waiter): waiter.resume(returning: request)
        case .refused(let error): request.refuse(error)
        }
    }

    /// Waits for the next request. `nil` if the task is cancelled. For one task at a time.
    func next() async -> Request? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isDone, request) = self.state.withLock { state -> (Bool, Request?) in
                    if Task.isCancelled { return (true, nil) }
                    if let request = state.requests.popFirst() { return (true, request) }
                    state.waiter = continuation
                    return (false, nil)
                }
                if isDone { continuation.resume(returning: request) }
            }
        } onCancel: {
            self.state.withLock { $0.waiter.take() }?.resume(returning: nil)
        }
    }

    /// Refuses what waits, and whatever comes.
    func close() {
        let requests = self.state.withLock { state in
            state.isClosed = true
            defer { state.requests = [] }
            return state.requests
        }
        for request in requests { request.refuse(.closed) }
    }

    /// How many requests wait.
    var count: Int { self.state.withLock { $0.requests.count } }
}
