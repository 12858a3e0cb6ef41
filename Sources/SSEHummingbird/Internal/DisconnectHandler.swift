internal import NIOCore
internal import NIOTLS

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
