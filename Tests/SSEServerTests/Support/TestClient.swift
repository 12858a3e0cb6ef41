internal import Synchronization

/// A client that leaves when it is told to; for `onDisconnect`.
@available(SwiftSSE 1.0, *)
final class TestClient: Sendable {
    private let handlers = Mutex<[@Sendable () -> Void]>([])

    /// How many have asked to be told.
    var handlerCount: Int { self.handlers.withLock { $0.count } }

    func connect(_ clientHasLeft: @escaping @Sendable () -> Void) {
        self.handlers.withLock { $0.append(clientHasLeft) }
    }

    func leave() {
        for handler in self.handlers.withLock({ $0 }) { handler() }
    }
}
