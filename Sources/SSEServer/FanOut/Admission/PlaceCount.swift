internal import NIOCore
internal import Synchronization

/// How many clients of a fan-out have a place: those with a stream, and those whose stream has still to begin. What is
/// read from an engine for them has one as well.
@available(SwiftSSE 1.0, *)
final class PlaceCount: Sendable {
    private struct State {
        var count = 0
        var waiters: [EventLoopPromise<Bool>] = []
    }

    private let state = Mutex(State())

    /// The number of places that are taken.
    var current: Int { self.state.withLock { $0.count } }

    /// How many wait until nobody has a place.
    var waiterCount: Int { self.state.withLock { $0.waiters.count } }

    func take() { self.state.withLock { $0.count += 1 } }

    func giveBack() {
        let waiters = self.state.withLock { state -> [EventLoopPromise<Bool>] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.succeed(true) }
    }

    /// Fulfils a promise with `true` when nobody has a place, unless somebody else has fulfilled it before.
    func notify(_ promise: EventLoopPromise<Bool>) {
        let isNone = self.state.withLock { state in
            if state.count > 0 { state.waiters.append(promise) }
            return state.count == 0
        }
        if isNone { promise.succeed(true) }
    }
}
