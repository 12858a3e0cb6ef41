internal import NIOCore
internal import Synchronization

/// The ``DeadlineList`` of each event loop, made when it is first asked for.
@available(SwiftSSE 1.0, *)
final class DeadlineLists: Sendable {
    private let lists = Mutex<[ObjectIdentifier: NIOLoopBound<DeadlineList>]>([:])

    /// - Parameter eventLoop: The event loop that this is called on.
    func list(on eventLoop: any EventLoop) -> DeadlineList {
        let id = ObjectIdentifier(eventLoop)
        if let bound = self.lists.withLock({ $0[id] }) { return bound.value }
        let list = DeadlineList(eventLoop)
        let bound = NIOLoopBound(list, eventLoop: eventLoop)
        self.lists.withLock { $0[id] = bound }
        return list
    }
}
