internal import NIOCore
internal import Synchronization

/// The ``LoopState`` of each event loop, made when it is first asked for.
@available(SwiftSSE 1.0, *)
final class LoopStates: Sendable {
    private let configuration: ServerConfiguration
    private let states = Mutex<[ObjectIdentifier: NIOLoopBound<LoopState>]>([:])

    init(_ configuration: ServerConfiguration) {
        self.configuration = configuration
    }

    /// - Parameter eventLoop: The event loop that this is called on.
    func state(on eventLoop: any EventLoop) -> LoopState {
        let id = ObjectIdentifier(eventLoop)
        if let bound = self.states.withLock({ $0[id] }) { return bound.value }
        let state = LoopState(eventLoop, self.configuration)
        let bound = NIOLoopBound(state, eventLoop: eventLoop)
        self.states.withLock { $0[id] = bound }
        return state
    }
}
