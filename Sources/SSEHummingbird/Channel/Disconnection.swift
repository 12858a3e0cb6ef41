internal import NIOCore
internal import NIOTLS
internal import Synchronization

/// Brings two together that come in any order: the news that a client has left, and who wants to hear it.
@available(SwiftSSE 1.0, *)
final class Disconnection: Sendable {
    private struct State {
        var hasHappened = false
        var handler: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Sets who is told, instead of who was to be told before; at once if it has happened already.
    func setHandler(_ handler: @escaping @Sendable () -> Void) {
        let hasHappened = self.state.withLock { state in
            if !state.hasHappened { state.handler = handler }
            return state.hasHappened
        }
        if hasHappened { handler() }
    }

    /// The client has left.
    func signal() {
        let handler = self.state.withLock { state in
            state.hasHappened = true
            return state.handler.take()
        }
        handler?()
    }
}

/// Tells a ``Disconnection`` when the client closes the connection, or its half of it; and sees whether it is encrypted.
@available(SwiftSSE 1.0, *)
final class DisconnectHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let disconnection: Disconnection

    /// Whether TLS stands before the socket, which every implementation of it says with this event.
    private(set) var isEncrypted = false

    init(_ disconnection: Disconnection) {
        self.disconnection = disconnection
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.disconnection.signal()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: self.disconnection.signal()
        case TLSUserEvent.handshakeCompleted: self.isEncrypted = true
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.disconnection.signal()
        context.fireErrorCaught(error)
    }
}
