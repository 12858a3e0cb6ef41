internal import NIOCore

/// The way of a stream's bytes into its connection. It performs what it is told to, knows nothing of the log, and tells
/// by an ``OutletInbox`` what becomes of the connection.
///
/// On a connection of HTTP/1 it stands in the channel's pipeline next to the socket, where its writes are bytes. What
/// the client sends now is not read as HTTP any more: it is dropped, and a client that sends much is told of.
@available(SwiftSSE 1.0, *)
final class StreamOutlet: ChannelInboundHandler, RemovableChannelHandler {
    // Bytes, unless the kind is parts: then what comes in is passed on, whatever it is.
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How bytes get to the socket.
    enum Kind: Sendable, Hashable {
        /// From the handler to the system's `send`, past the channel, while that has nothing to write itself. Nothing
        /// may stand between the handler and the socket.
        case socket

        /// As bytes through what stands before the socket, such as TLS.
        case channel

        /// As the bodies of responses, which the handlers before the socket frame.
        case parts(ResponseParts)

        /// The names of the kinds in metrics, in the order of ``number``.
        static let names = ["socket", "channel", "parts"]

        var number: Int {
            switch self {
            case .socket: 0
            case .channel: 1
            case .parts: 2
            }
        }
    }

    /// The most bytes that a client may send after its request.
    private static let maximumInboundBytes = 64 * 1024
    // What each delivery needs comes first, in one line of the processor's cache.
    let kind: Kind
    let framing: FrameBatch.Framing
    /// Whether the channel has its socket still. It closes that and says so in one go, on this event loop: what the
    /// channel itself says is elsewhere in memory, and there are many of them.
    private(set) var isOpen = true
    /// The socket, -1 if there is none of this channel's own.
    let descriptor: CInt
    private(set) var context: ChannelHandlerContext?
    let channel: any Channel
    let id: StreamID
    let inbox: OutletInbox
    /// The socket of the connection that carries the stream, -1 if there is none.
    let connectionDescriptor: CInt
    private var inboundBytes = 0
    /// The rest of an event that the connection has taken a part of, `nil` if there is none.
    var rest: EventRest?
    /// How many bytes the client had still to take when that was last looked at.
    var leftBytes = Int.max
    /// Whether a piece has gone out since that was last looked at, where the channel is no socket.
    var hasSentPiece = false

    /// - Parameters:
    ///   - place: Where in the pipeline this goes, and what stands between that and the socket.
    ///   - id: What ``inbox`` knows this by.
    ///   - keepAlive: How the system finds out whether the client is there, if nothing is sent that shows it.
    init(
        _ channel: any Channel,
        _ place: StreamPlace,
        _ id: StreamID,
        _ inbox: OutletInbox,
        _ keepAlive: KeepAlive? = nil
    ) {
        self.channel = channel
        self.framing = place.framing
        self.id = id
        self.inbox = inbox
        self.descriptor = channel.descriptor
        self.connectionDescriptor = self.descriptor >= 0 ? self.descriptor : channel.parent?.descriptor ?? -1
        // Without a descriptor there is only the long way.
        self.kind = place.outlet == .socket && self.descriptor < 0 ? .channel : place.outlet
        if self.connectionDescriptor >= 0 { SocketQueue.prepare(self.connectionDescriptor, keepAlive) }
    }

    var closeFuture: EventLoopFuture<Void> { self.channel.closeFuture }

    // MARK: Sending

    /// Sends a batch, or as many of its events as the connection takes; the last of them may be on its way still.
    ///
    /// - Parameter held: Where the rest of an event is kept that the connection takes a part of.
    func send(_ batch: FrameBatch, _ held: HeldFrames) -> SendResult<FrameBatch.Mark> {
        guard self.isOpen, let context else { return .nothing }
        return self.kind == .socket
            ? self.sendToSocket(batch, held, context) : self.sendToChannel(batch, held, context)
    }

    /// A Boolean value that indicates whether there is something left of an event that the connection has taken a part
    /// of. Nothing may be sent before that.
    var hasRest: Bool { self.rest != nil }

    /// A Boolean value that indicates whether this holds the event that is held by a number.
    func holds(_ number: UInt64) -> Bool { self.rest?.holds(number) ?? false }

    /// Sends bytes that are no events of the log, such as a comment. What the connection does not take now it takes
    /// later.
    func send(_ bytes: ByteBuffer) -> SendResult<Void> {
        guard self.isOpen, let context else { return .nothing }
        guard self.kind == .socket else {
            context.writeAndFlush(self.wrap(bytes), promise: nil)
            return self.channel.isWritable ? .all : self.full(())
        }
        let count = self.sendToSocket(bytes)
        if count == bytes.readableBytes { return .all }
        guard count >= 0 else { return .nothing }
        self.complete((ByteBuffer(bytes: bytes.readableBytesView[count...]), nil), context)
        return self.full(())
    }

    // MARK: Ending

    /// Ends the stream in order: behind what is still to be taken, the last bytes and the end; then the connection is
    /// closed.
    func end(_ lastBytes: ByteBuffer) {
        guard let context, self.isOpen else { return }
        self.resetProgress()
        if let rest, self.kind != .socket {
            rest.lastBytes = lastBytes
            return
        }
        if lastBytes.readableBytes > 0 { context.write(self.wrap(lastBytes), promise: nil) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in self.finish() }
        switch (self.kind, self.framing) {
        case (.parts(let parts), _): context.writeAndFlush(parts.end, promise: promise)
        case (_, .chunked):
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(staticString: "0\r\n\r\n")), promise: promise)
        case (_, .plain):
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()), promise: promise)
        }
    }

    private func finish() {
        guard let context else { return }
        if case .parts = self.kind {
            // Whose channel it is closes it, or uses it for the next request.
            _ = context.pipeline.syncOperations.removeHandler(context: context)
        } else {
            context.close(promise: nil)
        }
    }

    /// Closes the connection as it is, so that the client can tell that this is no end.
    func close() { self.context?.close(promise: nil) }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard context.channel.isActive else { return self.leave() }
        let hasPending = self.kind == .socket && self.pendingBytes ?? 0 > 0
        self.inbox.push(.opened(isWritable: !hasPending), self.id)
        guard hasPending else { return }
        // The head is still on its way: nothing may overtake it.
        self.resetProgress()
        self.complete((ByteBuffer(), nil), context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.leave()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.leave()
        context.fireChannelInactive()
    }

    private func leave() {
        // First, since the descriptor may be somebody else's by now.
        self.isOpen = false
        self.rest = nil
        self.inbox.push(.closed, self.id)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .parts = self.kind { return context.fireChannelRead(data) }
        self.inboundBytes += self.unwrapInboundIn(data).readableBytes
        if self.inboundBytes > Self.maximumInboundBytes { self.inbox.push(.flooded, self.id) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.kind != .socket, self.rest == nil, context.channel.isWritable { self.inbox.push(.writable, self.id) }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The client will send nothing more, so it has left as far as HTTP/1.1 is concerned.
        if let event = event as? ChannelEvent, event == .inputClosed {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
