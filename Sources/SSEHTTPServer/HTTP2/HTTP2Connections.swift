internal import NIOCore
internal import Synchronization

/// The connections of HTTP/2, which are told when the server shuts down.
@available(SwiftSSE 1.0, *)
final class HTTP2Connections: Sendable {
    private struct Entry {
        let handler: NIOLoopBound<HTTP2ConnectionHandler>
        let channel: any Channel
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    var count: Int { self.entries.withLock { $0.count } }

    func insert(_ handler: HTTP2ConnectionHandler, _ channel: any Channel) {
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        self.entries.withLock { $0[ObjectIdentifier(handler)] = Entry(handler: bound, channel: channel) }
    }

    func remove(_ handler: HTTP2ConnectionHandler) {
        self.entries.withLock { $0[ObjectIdentifier(handler)] = nil }
    }

    /// Has all connections end with their streams.
    ///
    /// - Parameter timeout: When they are closed if they have streams still.
    /// - Returns: What is fulfilled as they are closed.
    func end(within timeout: TimeAmount) -> [EventLoopFuture<Void>] {
        self.entries.withLock { Array($0.values) }.map { entry in
            let eventLoop = entry.channel.eventLoop
            eventLoop.execute { entry.handler.value.end(at: eventLoop.now + timeout) }
            return entry.channel.closeFuture
        }
    }
}
