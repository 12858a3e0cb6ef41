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

    /// Runs a call on one of the threads that nobody waits for.
    func start(_ body: @escaping @Sendable () -> Void) {
        let index = self.turn.wrappingAdd(1, ordering: .relaxed).oldValue
        self.queues[Int(UInt(bitPattern: index) % UInt(self.queues.count))].async(execute: body)
    }
}
#endif
