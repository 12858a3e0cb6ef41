internal import NIOCore

/// Lets the streams of a connection of HTTP/2 share a system call, and a record of TLS: what they write in the same turn
/// of the event loop is flushed once, behind it.
///
/// Sees as well whether the client is told that the connection is broken, which the handler that tells it says nobody else.
@available(SwiftSSE 1.0, *)
final class FlushCoalescer: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How many bytes are not held back any longer.
    private static let maximumBytes = 64 * 1024

    private var bytes = 0
    private var isPending = false
    /// How many bytes of the frame that is being written are still to come.
    private var frameBytesLeft = 0
    /// Whether the client has been told that the connection is broken.
    private(set) var hasSaidError = false

    func handlerRemoved(context: ChannelHandlerContext) { self.isPending = false }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = self.unwrapOutboundIn(data)
        self.bytes += part.readableBytes
        self.follow(part)
        context.write(data, promise: promise)
    }

    /// Looks for a GOAWAY with an error. Each write is a frame, or its beginning or the rest of it.
    private func follow(_ part: IOData) {
        guard self.frameBytesLeft == 0 else {
            self.frameBytesLeft = max(0, self.frameBytesLeft - part.readableBytes)
            return
        }
        guard case .byteBuffer(let bytes) = part,
            let lengthAndType = bytes.getInteger(at: bytes.readerIndex, as: UInt32.self)
        else {
            return
        }
        self.frameBytesLeft = max(0, 9 + Int(lengthAndType >> 8) - bytes.readableBytes)
        guard lengthAndType & 0xFF == 7 else { return }
        // Behind the head and the number of the last stream.
        let code = bytes.getInteger(at: bytes.readerIndex + 13, as: UInt32.self) ?? 0
        if code != 0 { self.hasSaidError = true }
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
