internal import NIOCore

/// What the connections of an event loop share.
@available(SwiftSSE 1.0, *)
final class LoopState {
    /// For those that have not sent a request yet.
    let firstRequests: DeadlineList
    /// For those that have.
    let furtherRequests: DeadlineList

    init(_ eventLoop: any EventLoop, _ configuration: ServerConfiguration) {
        self.firstRequests = DeadlineList(eventLoop, configuration.requestTimeout)
        self.furtherRequests = DeadlineList(eventLoop, configuration.keepAliveTimeout)
    }
}
