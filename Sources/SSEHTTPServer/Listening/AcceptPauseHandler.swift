internal import NIOCore

/// Stops accepting for a moment when that fails, as it does when the process may open no more files.
///
/// NIO's own handler for this asks for no more reads, but the channel stays registered for them, so that the event loop
/// would be woken up again and again for a connection that it cannot accept.
@available(SwiftSSE 1.0, *)
final class AcceptPauseHandler: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(200)

    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !self.isPaused, let options = context.channel.syncOptions {
            self.isPaused = true
            try? options.setOption(.autoRead, value: false)
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
                self.isPaused = false
                try? options.setOption(.autoRead, value: true)
            }
        }
        context.fireErrorCaught(error)
    }
}
