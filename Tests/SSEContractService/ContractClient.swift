internal import SSEClient
internal import ServiceLifecycle
private import Synchronization

/// A subscription whose updates are reported to the harness.
@available(SwiftSSE 1.0, *)
struct ContractClient: Sendable {
    let subscription: EventStreamSubscription
    private let callbackURL: String

    /// Makes a client, which connects when it is run.
    init(_ settings: ClientSettings) {
        self.subscription = Self.client.subscription(to: settings.request, configuration: settings.subscription)
        self.callbackURL = settings.callbackURL
    }

    /// Reports what happens until the subscription is over, or nobody takes the reports any more.
    func run() async {
        var callbacks = CallbackSender(url: self.callbackURL)
        do {
            for try await update in self.subscription.updates {
                if let callback = Callback(update, lastEventID: self.subscription.lastEventID) {
                    try await callbacks.send(callback)
                }
            }
        } catch {
            // What a subscription fails with has been reported; what is left is a harness that has gone.
        }
    }

    /// The harness sends lines of many megabytes, and wants to hear of comments.
    private static var client: EventStreamClient {
        var client = EventStreamClient()
        client.configuration.parser.limits.lineBytes = 64 << 20
        client.configuration.parser.limits.eventBytes = 64 << 20
        client.configuration.parser.reportsComments = true
        return client
    }
}

/// Runs clients as they come, until no more can come.
@available(SwiftSSE 1.0, *)
struct ClientRunner: Service {
    let newClients: AsyncStream<ContractClient>

    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await client in self.newClients {
                    group.addTask { await client.run() }
                }
                group.cancelAll()
            }
        }
    }
}

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
