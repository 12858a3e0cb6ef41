#if NATS
internal import Dispatch
internal import SSEBroker
internal import Synchronization

/// Threads for calls that wait for a server, so that none of Swift's own few threads does.
@available(SwiftSSE 1.0, *)
final class BlockingCalls: Sendable {
    private let queues: [DispatchQueue]
    private let turn = Atomic<Int>(0)

    /// - Parameter width: How many calls may wait at the same time; more wait for these.
    init(_ label: String, width: Int) {
        self.queues = (0..<width).map { DispatchQueue(label: "\(label).\($0)") }
    }

    /// Runs a call on one of the threads.
    func run<Output: Sendable>(
        _ body: @escaping @Sendable () throws(BrokerError) -> Output
    ) async throws(BrokerError) -> Output {
        let result: Result<Output, BrokerError> = await withCheckedContinuation { continuation in
            self.start {
                continuation.resume(returning: Result { () throws(BrokerError) in try body() })
            }
        }
        return try result.get()
    }

    /// Runs a call on one of the threads, and lets it end by itself when the task is cancelled.
    ///
    /// - Throws: What the call throws; ``BrokerError`` if the task is cancelled first.
    func runUnlessCancelled<Output: Sendable>(
        _ body: @escaping @Sendable () throws(BrokerError) -> Output
    ) async throws(BrokerError) -> Output {
        let reply = Reply<Output>()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                reply.wait(continuation)
                self.start { reply.give(Result { () throws(BrokerError) in try body() }) }
            }
        } onCancel: {
            reply.give(
                .failure(
                    BrokerError(code: .engineFailed, message: "The task was cancelled.", cause: CancellationError())
                )
            )
        }
        return try result.get()
    }

    /// The first of two answers.
    private final class Reply<Output: Sendable>: Sendable {
        private enum State {
            case nobodyWaits
            case waiting(CheckedContinuation<Result<Output, BrokerError>, Never>)
            case given(Result<Output, BrokerError>?)
        }

        private let state = Mutex(State.nobodyWaits)

        func wait(_ continuation: CheckedContinuation<Result<Output, BrokerError>, Never>) {
            let result = self.state.withLock { state -> Result<Output, BrokerError>? in
                guard case .given(let result) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                return result
            }
            if let result { continuation.resume(returning: result) }
        }

        func give(_ result: Result<Output, BrokerError>) {
            let waiting = self.state.withLock { state -> CheckedContinuation<Result<Output, BrokerError>, Never>? in
                switch state {
                case .given: return nil
                case .nobodyWaits:
                    state = .given(result)
                    return nil
                case .waiting(let continuation):
                    state = .given(nil)
                    return continuation
                }
            }
            waiting?.resume(returning: result)
        }
    }

    /// Runs a call on one of the threads that nobody waits for.
    func start(_ body: @escaping @Sendable () -> Void) {
        let index = self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        self.queues[Int(UInt(bitPattern: index) % UInt(self.queues.count))].async(execute: body)
    }
}
#endif
