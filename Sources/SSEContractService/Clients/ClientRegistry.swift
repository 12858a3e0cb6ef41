internal import SSEClient
private import Synchronization

/// The clients that the harness can name.
@available(SwiftSSE 1.0, *)
final class ClientRegistry: Sendable {
    private struct State {
        var count = 0
        var subscriptions: [Int: EventStreamSubscription] = [:]
    }

    private let state = Mutex(State())
    private let newClients: AsyncStream<ContractClient>.Continuation

    /// Makes an empty registry.
    ///
    /// - Parameter newClients: Where clients go to be run.
    init(newClients: AsyncStream<ContractClient>.Continuation) {
        self.newClients = newClients
    }

    /// Makes a client and has it run.
    ///
    /// - Returns: The client's number.
    func add(_ settings: ClientSettings) -> Int {
        let client = ContractClient(settings)
        let id = self.state.withLock { state in
            state.count += 1
            state.subscriptions[state.count] = client.subscription
            return state.count
        }
        self.newClients.yield(client)
        return id
    }

    /// What a client reads, `nil` if there is no client with this number.
    func subscription(_ id: Int) -> EventStreamSubscription? {
        self.state.withLock { $0.subscriptions[id] }
    }

    /// Forgets a client.
    ///
    /// - Returns: What it reads, `nil` if there is no client with this number.
    func remove(_ id: Int) -> EventStreamSubscription? {
        self.state.withLock { $0.subscriptions.removeValue(forKey: id) }
    }

    /// Has all clients stopped, and no further ones run.
    func stop() {
        self.newClients.finish()
    }
}
