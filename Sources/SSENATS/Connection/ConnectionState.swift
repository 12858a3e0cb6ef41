#if NATS
internal import SSEBroker
internal import Synchronization

/// What the client library tells about a connection, from its own threads.
@available(SwiftSSE 1.0, *)
final class ConnectionState: Sendable {
    /// Is called when the connection has come back or is over for good. It must return at once.
    typealias Watcher = @Sendable () -> Void

    private struct State {
        var isConnected = true
        var isClosed = false
        var lastFailure: String?
        var watchers: [UInt64: Watcher] = [:]
        var lastWatcher: UInt64 = 0
    }

    private let state = Mutex(State())
    /// The events that are on their way.
    let pending = PendingPublications()

    /// What is wrong with the connection, `nil` if nothing is.
    var failure: String? {
        self.state.withLock { state in
            guard state.isClosed || !state.isConnected else { return nil }
            let reason = state.lastFailure.map { ": \($0)" } ?? ""
            return state.isClosed ? "the connection is closed\(reason)" : "not connected\(reason)"
        }
    }

    var isClosed: Bool { self.state.withLock { $0.isClosed } }

    /// Has a closure called when the connection has come back or is over, until it is removed.
    func addWatcher(_ watcher: @escaping Watcher) -> UInt64 {
        self.state.withLock { state in
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = watcher
            return state.lastWatcher
        }
    }

    func removeWatcher(_ id: UInt64) {
        self.state.withLock { _ = $0.watchers.removeValue(forKey: id) }
    }

    // MARK: From the library's threads

    func disconnected(_ reason: String?) {
        self.state.withLock { state in
            state.isConnected = false
            state.lastFailure = reason ?? state.lastFailure
        }
        // Whether they are in the stream is not known; publishing them again is harmless.
        self.pending.failAll(isOver: false)
    }

    func reconnected() {
        let watchers = self.state.withLock { state in
            state.isConnected = true
            state.lastFailure = nil
            return Array(state.watchers.values)
        }
        self.pending.doubtStream()
        for watcher in watchers { watcher() }
    }

    func closed(_ reason: String?) {
        let watchers = self.state.withLock { state in
            state.isConnected = false
            state.isClosed = true
            state.lastFailure = reason ?? state.lastFailure
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher() }
        self.pending.failAll(isOver: true)
    }

    func failed(_ reason: String) {
        self.state.withLock { $0.lastFailure = reason }
    }
}
#endif
