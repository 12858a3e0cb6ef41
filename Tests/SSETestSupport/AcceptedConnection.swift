internal import NIOCore

/// A connection that a server has accepted: what comes in, for as long as it is open.
///
/// Not an asynchronous channel of NIO's, because one that is accepted while the server shuts down would be dropped
/// unused, and that is a trap with those.
@available(SwiftSSE 1.0, *)
struct AcceptedConnection: Sendable {
    let channel: any Channel
    let inbound: AsyncStream<ByteBuffer>

    /// Sets up the pipeline of a new connection.
    ///
    /// - Parameters:
    ///   - channel: The connection.
    ///   - prepare: Puts what stands between the socket and the bytes, such as TLS, into the pipeline.
    static func setUp(
        _ channel: any Channel,
        _ prepare: @escaping @Sendable (ChannelPipeline.SynchronousOperations) throws -> Void = { _ in }
    ) -> EventLoopFuture<AcceptedConnection> {
        channel.eventLoop.makeCompletedFuture {
            try prepare(channel.pipeline.syncOperations)
            let (inbound, continuation) = AsyncStream<ByteBuffer>.makeStream()
            try channel.pipeline.syncOperations.addHandler(InboundHandler(continuation))
            return AcceptedConnection(channel: channel, inbound: inbound)
        }
    }
}

/// Passes on what comes in; requests are small, so that nobody has to be slowed down.
@available(SwiftSSE 1.0, *)
private final class InboundHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init(_ continuation: AsyncStream<ByteBuffer>.Continuation) {
        self.continuation = continuation
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.continuation.yield(self.unwrapInboundIn(data))
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.continuation.finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
