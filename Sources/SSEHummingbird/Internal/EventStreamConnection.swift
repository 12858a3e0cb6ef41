internal import NIOCore

/// What an event stream has to know of the connection it goes through.
///
/// Hummingbird hands neither to a route, so ``EventStreamChannel`` sets it for all that happens on a connection.
@available(SwiftSSE 1.0, *)
struct EventStreamConnection: Sendable {
    /// The connection that the current task serves.
    @TaskLocal static var current: EventStreamConnection?

    /// The connection's channel, on which streams of a fan-out go past Hummingbird.
    let channel: any Channel
    private let disconnection: Disconnection

    init(_ channel: any Channel, _ disconnection: Disconnection) {
        self.channel = channel
        self.disconnection = disconnection
    }

    /// Sets who is told when the client leaves. A connection serves one request at a time, so there is only ever one.
    func setDisconnectHandler(_ handler: @escaping @Sendable () -> Void) {
        self.disconnection.setHandler(handler)
    }
}
