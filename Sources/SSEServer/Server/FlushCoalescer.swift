internal import NIOCore

/// Lets the streams of a connection of HTTP/2 share a system call, and a record of TLS: what they write in the same turn
/// of the event loop is flushed once, behind it.
@available(SwiftSSE 1.0, *)
final class FlushCoalescer: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How many bytes are not held back any longer.
    private static let maximumBytes = 64 * 1024

    private var bytes = 0
    private var isPending = false

    func handlerRemoved(context: ChannelHandlerContext) { self.isPending = false }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.bytes += self.unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        guard self.bytes < Self.maximumBytes else { return self.flushNow(context) }
        guard !self.isPending else { return }
        self.isPending = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            if handler.isPending { handler.flushNow(context) }
        }
    }

    private func flushNow(_ context: ChannelHandlerContext) {
        self.bytes = 0
        self.isPending = false
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if self.isPending { self.flushNow(context) }
        context.close(mode: mode, promise: promise)
    }
}
