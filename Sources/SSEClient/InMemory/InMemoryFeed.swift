internal import Synchronization

/// Sends the body of an ``InMemoryResponse`` piece by piece, while the client reads it.
///
/// One feed is for one response.
@available(SwiftSSE 1.0, *)
public final class InMemoryFeed: Sendable {
    private struct State {
        var isCancelled = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let channel = ResponseChannel<[UInt8]>()
    private let state = Mutex(State())

    /// Makes a feed.
    public init() {}

    /// Sends a piece of text.
    public func send(_ text: String) {
        self.send(Array(text.utf8))
    }

    /// Sends a piece of the body.
    public func send(_ bytes: [UInt8]) {
        self.channel.receive(bytes) { {} }
        self.channel.wakeReader()
    }

    /// Ends the body as it should end.
    public func end() {
        self.channel.finish(nil)
    }

    /// Cuts the connection.
    public func cut() {
        self.fail(.connectionCut())
    }

    /// Ends the body with an error.
    public func fail(_ error: SSEClientError) {
        self.channel.finish(error)
    }

    /// Whether the client has left.
    public var isCancelled: Bool { self.state.withLock { $0.isCancelled } }

    /// Waits until the client has left.
    public func waitUntilCancelled() async {
        await withCheckedContinuation { continuation in
            let isCancelled = self.state.withLock { state in
                if !state.isCancelled { state.waiters.append(continuation) }
                return state.isCancelled
            }
            if isCancelled { continuation.resume() }
        }
    }

    func cancelled() {
        let waiters = self.state.withLock { state in
            state.isCancelled = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
