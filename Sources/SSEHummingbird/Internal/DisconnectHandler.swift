internal import NIOCore

/// Tells a ``Disconnection`` when the client closes the connection, or its half of it.
@available(SwiftSSE 1.0, *)
final class DisconnectHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let disconnection: Disconnection

    init(_ disconnection: Disconnection) {
        self.disconnection = disconnection
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.disconnection.signal()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { self.disconnection.signal() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.disconnection.signal()
        context.fireErrorCaught(error)
    }
}
