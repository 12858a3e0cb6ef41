internal import NIOCore
internal import SSEBroker

/// A client's end of a stream: a cursor and a channel.
///
/// On a connection of HTTP/1 it stands in the channel's pipeline next to the socket, where its writes are bytes. What the
/// client sends now is not read as HTTP any more: it is dropped, and a client that sends much is cut off.
@available(SwiftSSE 1.0, *)
final class Subscriber: ChannelInboundHandler, RemovableChannelHandler {
    // Bytes, unless the outlet is parts: then what comes in is passed on, whatever it is.
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State: UInt8 {
        /// Not in the pipeline yet.
        case starting
        /// In its group: has got everything, gets what comes.
        case joined
        /// In the queue of those who read the log from where they are.
        case catchingUp
        /// Waits for events that the engine has and this process has no more.
        case reading
        /// Knows more than this process has of the log: waits for what comes after that.
        case ahead
        /// Waits for the socket to take what was written.
        case blocked
        /// Has been sent its end.
        case ending
        /// Gone.
        case ended
    }

    /// The most bytes that a client may send after its request.
    private static let maximumInboundBytes = 64 * 1024
    /// The most bytes that are written to a channel before it is asked whether it takes more.
    private static let maximumWriteBytes = 64 * 1024
    /// The most bytes of a piece whose progress can be seen: as many as a frame of HTTP/2 carries.
    private static let pieceBytes = 16 * 1024
    /// So few bytes a client takes in time, or it counts as gone.
    private static let untrackedBytes = 4 * 1024

    let group: SubscriberGroup
    let framing: FrameBatch.Framing
    let outlet: Outlet
    let shard: Shard
    private let channel: any Channel
    /// The socket, -1 if there is none of this channel's own.
    private let descriptor: CInt
    private var context: ChannelHandlerContext?
    private var inboundBytes: Int32 = 0
    private let onEnd: EventLoopPromise<Void>?
    /// Is called when the subscriber has left.
    var onRelease: (@Sendable () -> Void)?
    /// Is called when the subscriber has left, by whoever wants to tell of it.
    var onFinish: ((Subscriber) -> Void)?
    /// How many bytes of events have been sent.
    var sentBytes = 0
    /// Why the stream is over, or will be.
    private(set) var endReason = StreamEndReason.client

    var state = State.starting
    /// The last event that has been sent. Only meaningful outside of the group, whose members have all got the same.
    var cursor: UInt64
    /// The life of the log that the cursor belongs to.
    let epoch: UInt64
    /// Events that are missing behind the cursor, to be told first.
    var gap: GapReason?
    /// Whether events that have left the log before anything is read are not missed.
    var mayBeginLater: Bool
    var indexInGroup = -1
    var indexInShard = -1
    /// The tick of the last write that was taken, or of the last progress while blocked.
    var lastTick: UInt32
    /// The tick at which the stream ends.
    var endTick = UInt32.max
    /// Whether the channel has still to write what the socket did not take.
    private var isCompleting = false
    /// How many bytes the client had still to take when that was last looked at, while blocked.
    private var leftBytes = Int.max
    /// Whether a piece has gone out since that was last looked at, where the channel is no socket.
    private var hasSentPiece = false

    /// - Parameters:
    ///   - outlet: What stands between this handler and the socket.
    ///   - onEnd: Is fulfilled when the stream is over.
    init(
        _ channel: any Channel,
        _ group: SubscriberGroup,
        _ shard: Shard,
        cursor: ResumedCursor,
        framing: FrameBatch.Framing,
        outlet: Outlet,
        onEnd: EventLoopPromise<Void>?
    ) {
        self.channel = channel
        self.group = group
        self.shard = shard
        self.cursor = cursor.sequence
        self.epoch = cursor.epoch
        self.mayBeginLater = cursor.mayBeginLater
        if case .gap(let reason) = cursor.outcome { self.gap = reason }
        self.framing = framing
        self.onEnd = onEnd
        self.lastTick = shard.tick
        self.descriptor = Self.descriptor(of: channel)
        // Without a descriptor there is only the long way.
        self.outlet = outlet == .socket && self.descriptor < 0 ? .channel : outlet
    }

    private static func descriptor(of channel: any Channel) -> CInt {
        let descriptor = try? channel.pipeline.syncOperations
            .withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        return descriptor ?? -1
    }

    // MARK: Sending

    enum Sent {
        /// All of it.
        case all
        /// Up to the end of the event of this number; the channel takes no more for now.
        case some(through: UInt64)
        /// The connection is broken.
        case nothing
    }

    /// Sends a batch, or as many of its events as the connection takes.
    func send(_ batch: FrameBatch) -> Sent {
        guard self.channel.isActive, let context else { return .nothing }
        return self.outlet == .socket ? self.sendToSocket(batch, context) : self.sendToChannel(batch, context)
    }

    private func sendToSocket(_ batch: FrameBatch, _ context: ChannelHandlerContext) -> Sent {
        let count = self.sendToSocket(batch.bytes)
        if count == batch.bytes.readableBytes { return .all }
        guard count >= 0 else { return .nothing }
        // The socket is full. The event that is cut has to be completed; the others stay in the log.
        let mark = batch.mark(cutAt: count)
        // Copied, so that no subscriber holds on to the others' events.
        self.complete(ByteBuffer(bytes: batch.bytes.readableBytesView[count..<mark.end]), context)
        return .some(through: mark.sequence == batch.marks.last?.sequence ? batch.cursor : mark.sequence)
    }

    private func sendToChannel(_ batch: FrameBatch, _ context: ChannelHandlerContext) -> Sent {
        var start = 0
        while true {
            let mark = batch.mark(cutAt: start + Self.maximumWriteBytes)
            guard let bytes = batch.bytes.getSlice(at: start, length: mark.end - start) else { return .nothing }
            self.write(bytes, context)
            context.flush()
            start = mark.end
            let isLast = start == batch.bytes.writerIndex
            guard self.channel.isWritable else { return .some(through: isLast ? batch.cursor : mark.sequence) }
            if isLast { return .all }
        }
    }

    /// Writes events into the channel. One that is no socket, such as a stream of HTTP/2, does not say how much of that
    /// is still to be taken, so what is long goes in pieces, each of which tells when the windows have let it through.
    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard self.descriptor < 0, bytes.readableBytes > Self.untrackedBytes else {
            return context.write(self.wrap(bytes), promise: nil)
        }
        var rest = bytes
        while let piece = rest.readSlice(length: min(Self.pieceBytes, rest.readableBytes)), piece.readableBytes > 0 {
            let promise = context.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenSuccess { self.hasSentPiece = true }
            context.write(self.wrap(piece), promise: promise)
        }
    }

    /// Sends bytes that are no events of the log, such as a comment.
    func send(_ bytes: ByteBuffer) -> Bool {
        guard self.channel.isActive, let context else { return false }
        if self.outlet == .socket {
            let count = self.sendToSocket(bytes)
            if count == bytes.readableBytes { return true }
            guard count >= 0 else { return false }
            self.complete(ByteBuffer(bytes: bytes.readableBytesView[count...]), context)
            self.shard.block(self)
        } else {
            context.writeAndFlush(self.wrap(bytes), promise: nil)
            if !self.channel.isWritable { self.shard.block(self) }
        }
        return true
    }

    /// How many bytes the socket took, negative if it is broken.
    ///
    /// Only on the event loop, after the channel was seen to be active: then it still owns the descriptor, and since it
    /// has nothing to write itself, bytes cannot overtake others.
    private func sendToSocket(_ bytes: ByteBuffer) -> Int {
        bytes.withUnsafeReadableBytes { SocketQueue.send($0, to: self.descriptor) }
    }

    /// Leaves to the channel what the socket did not take.
    private func complete(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        self.isCompleting = true
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess {
            self.isCompleting = false
            self.shard.unblock(self)
        }
        context.writeAndFlush(self.wrapOutboundOut(bytes), promise: promise)
    }

    /// Whether there will be a call of ``Shard/unblock(_:)``. Not so if the client took everything between our attempt and
    /// the channel's, which is then done before anybody waits for it.
    var isWaitingForChannel: Bool { self.outlet == .socket ? self.isCompleting : !self.channel.isWritable }

    private func wrap(_ bytes: ByteBuffer) -> NIOAny {
        if case .parts(let parts) = self.outlet { return parts.body(bytes) }
        return self.wrapOutboundOut(bytes)
    }

    /// Whether the client has taken anything since this was last asked.
    func hasProgressed() -> Bool {
        guard self.descriptor >= 0 else {
            defer { self.hasSentPiece = false }
            return self.hasSentPiece
        }
        guard self.channel.isActive, let pending = self.pendingBytes,
            let unacknowledged = SocketQueue.unacknowledgedBytes(of: self.descriptor)
        else {
            return false
        }
        defer { self.leftBytes = pending + unacknowledged }
        return pending + unacknowledged < self.leftBytes
    }

    /// How many bytes the channel has still to write, `nil` if it does not know. Only channels of sockets do, and asking
    /// others would end the process.
    private var pendingBytes: Int? {
        guard self.descriptor >= 0 else { return nil }
        return try? self.channel.syncOptions?.getOption(.bufferedWritableBytes)
    }

    /// What ``hasProgressed()`` tells of begins anew.
    func resetProgress() {
        self.leftBytes = .max
        self.hasSentPiece = false
    }

    // MARK: Ending

    /// Ends the stream in order: behind what is still to be taken, the last bytes and the end; then the connection is
    /// closed.
    ///
    /// - Parameter lastBytes: What is sent before the end.
    func end(_ lastBytes: ByteBuffer) {
        guard let context, self.channel.isActive else { return }
        if lastBytes.readableBytes > 0 { context.write(self.wrap(lastBytes), promise: nil) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { _ in self.finish() }
        switch (self.outlet, self.framing) {
        case (.parts(let parts), _): context.writeAndFlush(parts.end, promise: promise)
        case (_, .chunked):
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(staticString: "0\r\n\r\n")), promise: promise)
        case (_, .plain):
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()), promise: promise)
        }
    }

    /// Ends the stream, wherever it is.
    func endInOrder() {
        if self.state != .ending, self.state != .ended { self.shard.end(self, .shutdown) }
    }

    /// Says why the stream will be over. What is said first counts.
    func setEndReason(_ reason: StreamEndReason) {
        if self.endReason == .client { self.endReason = reason }
    }

    private func finish() {
        guard let context else { return }
        if case .parts = self.outlet {
            // Whose channel it is closes it, or uses it for the next request.
            _ = context.pipeline.syncOperations.removeHandler(context: context)
        } else {
            context.close(promise: nil)
        }
    }

    var closeFuture: EventLoopFuture<Void> { self.channel.closeFuture }

    /// Closes the connection as it is, so that the client can tell that this is no end.
    func cut(_ reason: StreamEndReason) {
        self.setEndReason(reason)
        self.context?.close(promise: nil)
    }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        guard context.channel.isActive else { return self.leave() }
        if self.outlet == .socket, self.pendingBytes ?? 0 > 0 {
            // The head is still on its way: nothing may overtake it.
            self.complete(ByteBuffer(), context)
            self.shard.wait(for: self, after: self.cursor)
        } else {
            self.shard.start(self)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.leave()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.leave()
        context.fireChannelInactive()
    }

    private func leave() {
        guard self.state != .ended else { return }
        self.shard.remove(self)
        self.onEnd?.succeed(())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .parts = self.outlet { return context.fireChannelRead(data) }
        self.inboundBytes += Int32(clamping: self.unwrapInboundIn(data).readableBytes)
        if self.inboundBytes > Self.maximumInboundBytes { self.cut(.inbound) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.outlet != .socket, context.channel.isWritable { self.shard.unblock(self) }
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
