#if NATS
internal import SSEBroker
internal import Synchronization

/// A follower that takes its time, and looks whether what it gets is what comes next.
@available(SwiftSSE 1.0, *)
final class Tally: Sendable {
    private struct State {
        var last: UInt64 = 0
        var isBroken = false
    }

    private let state = Mutex(State())

    var last: UInt64 { self.state.withLock { $0.last } }
    var isBroken: Bool { self.state.withLock { $0.isBroken } }

    func take(_ records: [LogRecord]) {
        self.state.withLock { state in
            for record in records {
                if record.position.sequence != state.last + 1 || record.isHole { state.isBroken = true }
                state.last = record.position.sequence
            }
        }
        // Slower than a server sends, so that it has to be told to wait.
        let end = ContinuousClock.now + .milliseconds(3)
        while ContinuousClock.now < end {}
    }
}
#endif
