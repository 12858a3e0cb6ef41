internal import NIOCore

/// Stands at the beginning of a new connection's pipeline until the header of the PROXY protocol has come, then has the
/// rest of the pipeline set up, and leaves.
///
/// The header has to come within the time for the first request, and is bounded in bytes. What is no header, or comes
/// too late, ends the connection.
@available(SwiftSSE 1.0, *)
final class ProxyHeaderHandler: ChannelInboundHandler, RemovableChannelHandler, Deadlined {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let server: HTTPServer
    private let deadlines: DeadlineList
    private let deadline: NIODeadline
    private let setUp: (any Channel, ProxyHeader) throws -> Void
    private var received = ByteBuffer()
    private var context: ChannelHandlerContext?
    var deadlineIndex = -1

    /// The connection has been counted by ``ConnectionCount/beginAnnouncement()``, and is counted out by this.
    ///
    /// - Parameters:
    ///   - deadline: When the first request has to be there.
    ///   - setUp: Adds the handlers that follow.
    init(
        _ server: HTTPServer,
        _ deadlines: DeadlineList,
        deadline: NIODeadline,
        setUp: @escaping (any Channel, ProxyHeader) throws -> Void
    ) {
        self.server = server
        self.deadlines = deadlines
        self.deadline = deadline
        self.setUp = setUp
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadlines.set(self, at: self.deadline)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadlines.remove(self)
        self.server.connections.endAnnouncement()
        self.context = nil
    }

    func deadlineExceeded() { self.refuse() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        self.received.writeBuffer(&bytes)
        do {
            guard let header = try ProxyHeader.read(from: &self.received) else { return }
            self.deadlines.remove(self)
            try self.setUp(context.channel, header)
        } catch is ProxyHeader.Malformed {
            return self.refuse()
        } catch {
            return context.close(promise: nil)
        }
        guard context.channel.isActive else { return }
        if self.received.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(self.received)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        // Some balancers find out whether somebody listens by a connection without a word.
        if self.received.readableBytes > 0 { self.refuse() } else { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func refuse() {
        self.server.observer.connectionRefused(.proxyHeader)
        self.context?.close(promise: nil)
    }
}
