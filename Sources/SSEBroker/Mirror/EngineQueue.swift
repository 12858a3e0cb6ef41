internal import DequeModule
internal import Synchronization

/// What is to be asked of an engine, in the order in which it came. One task takes it out.
///
/// Reading may take long, and may be asked for by as many as there are subscribers who are behind. So what is asked to
/// know where somebody begins, or how the engine is, does not wait for all of them: the two kinds take turns.
@available(SwiftSSE 1.0, *)
final class EngineQueue: Sendable {
    /// The kind of what is asked for.
    enum Kind: Sendable {
        /// A piece of the log, for somebody who is behind.
        case reading
        /// All else.
        case question
    }

    struct Request: Sendable {
        var kind = Kind.question
        /// After this time nobody waits for the answer.
        let deadline: Duration
        /// Asks the engine, and sees to it that the answer is taken.
        let run: @Sendable () async -> Void
        /// Is called instead if the engine will not be asked. It returns at once.
        let refuse: @Sendable (BrokerError) -> Void
    }

    private struct State {
        var readings: Deque<Request> = []
        var questions: Deque<Request> = []
        /// A Boolean value that indicates whether it is a reading's turn.
        var isReadingNext = false
        var waiter: CheckedContinuation<Request?, Never>?
        var isClosed = false

        var count: Int { self.readings.count + self.questions.count }

        mutating func popFirst() -> Request? {
            let isReading = self.questions.isEmpty || self.isReadingNext && !self.readings.isEmpty
            self.isReadingNext = !isReading
            return isReading ? self.readings.popFirst() : self.questions.popFirst()
        }
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
            guard state.count < self.limit else {
                let message = "The engine is asked for too much at a time."
                return .refused(BrokerError(code: .engineUnavailable, message: message))
            }
            switch request.kind {
            case .reading: state.readings.append(request)
            case .question: state.questions.append(request)
            }
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
                    if let request = state.popFirst() { return (true, request) }
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
            defer { (state.readings, state.questions) = ([], []) }
            return state.questions + state.readings
        }
        for request in requests { request.refuse(.closed) }
    }

    /// How many requests wait.
    var count: Int { self.state.withLock { $0.count } }
}

/// An answer that one task waits for and another gives. Whatever is given first counts.
@available(SwiftSSE 1.0, *)
final class EngineReply<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, BrokerError>

    private struct State {
        var outcome: Outcome?
        var waiter: CheckedContinuation<Outcome, Never>?
    }

    private let state = Mutex(State())

    /// Whether there is an answer, so that nobody needs another one.
    var isGiven: Bool { self.state.withLock { $0.outcome != nil } }

    func give(_ outcome: Outcome) {
        let waiter = self.state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard state.outcome == nil else { return nil }
            state.outcome = outcome
            return state.waiter.take()
        }
        waiter?.resume(returning: outcome)
    }

    /// Waits for the answer, or until the task is cancelled. For one task.
    func wait() async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = self.state.withLock { state -> Outcome? in
                    if state.outcome == nil { state.waiter = continuation }
                    return state.outcome
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            self.give(.failure(BrokerError(code: .engineUnavailable, message: "Nobody waits for the engine any more.")))
        }
    }

    /// Waits for the answer, but not longer than for a time.
    func wait(within limit: Duration, _ time: TimeSource) async throws(BrokerError) -> Value {
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await time.sleep(for: limit)
                    self.give(.failure(.engineIsSilent))
                } catch {}
            }
            let outcome = await self.wait()
            group.cancelAll()
            return outcome
        }
        return try outcome.get()
    }
}

/// Calls an engine, and does not wait longer than it is worth.
@available(SwiftSSE 1.0, *)
struct EngineCaller: Sendable {
    let engine: any BrokerEngine
    let time: TimeSource
    /// How long an answer may take.
    let limit: Duration

    /// Asks the engine for something, which is cancelled when it takes too long.
    func callAsFunction<Value: Sendable>(
        _ body: @escaping @Sendable (any BrokerEngine) async throws(BrokerError) -> Value
    ) async -> Result<Value, BrokerError> {
        await self.time.first(within: self.limit) {
            do throws(BrokerError) {
                return Result<Value, BrokerError>.success(try await body(self.engine))
            } catch {
                return .failure(error)
            }
        } ?? .failure(.engineIsSilent)
    }
}
