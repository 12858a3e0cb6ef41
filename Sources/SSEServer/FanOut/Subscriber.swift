internal import NIOCore
internal import SSEBroker

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// A client's end of a stream: a cursor and a channel.
///
/// Stands in the channel's pipeline next to the socket, where its writes are bytes. What the client sends now is not
/// read as HTTP any more: it is dropped, and a client that sends much is cut off.
@available(SwiftSSE 1.0, *)
final class Subscriber: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum State: UInt8 {
        /// Not in the pipeline yet.
        case starting
        /// In its group: has got everything, gets what comes.
        case joined
        /// In the queue of those who read the log from where they are.
        case catchingUp
        /// Waits for the socket to take what was written.
        case blocked
        /// Has been sent its end.
        case ending
        /// Gone.
        case ended
    }

    /// The most bytes that a client may send after its request.
    private static let maximumInboundBytes = 64 * 1024

    let group: SubscriberGroup
    let framing: FrameBatch.Framing
    private let shard: Shard
    private let channel: any Channel
    /// The socket, if bytes may be sent to it past the channel; else -1.
    private let descriptor: CInt
    private var context: ChannelHandlerContext?
    private var inboundBytes = 0
    private let onEnd: EventLoopPromise<Void>?

    var state = State.starting
    /// The last event that has been sent. Only meaningful outside of the group, whose members have all got the same.
    var cursor: UInt64
    /// Events that are missing behind the cursor, to be told first.
    var gap: GapReason?
    var indexInGroup = -1
    var indexInShard = -1
    /// The tick of the last write that was taken; of the first that was not, while blocked.
    var lastTick: UInt32
    /// The tick at which the stream ends.
    var endTick = UInt32.max

    /// - Parameters:
    ///   - isDirect: Whether nothing stands between this handler and the socket, such as TLS.
    ///   - onEnd: Is fulfilled when the stream is over.
    init(
        _ channel: any Channel,
        _ group: SubscriberGroup,
        _ shard: Shard,
        cursor: UInt64,
        framing: FrameBatch.Framing,
        isDirect: Bool,
        onEnd: EventLoopPromise<Void>?
    ) {
        self.channel = channel
        self.group = group
        self.shard = shard
        self.cursor = cursor
        self.framing = framing
        self.onEnd = onEnd
        self.lastTick = shard.tick
        self.descriptor = isDirect ? Self.descriptor(of: channel) : -1
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
        /// Up to the end of the event of this number; the channel still holds some of it.
        case some(through: UInt64)
        /// The connection is broken.
        case nothing
    }

    /// Sends a batch, or as many of its events as the socket takes.
    func send(_ batch: FrameBatch) -> Sent {
        guard self.channel.isActive, let context else { return .nothing }
        guard self.descriptor >= 0 else {
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: batch.bytes)), promise: nil)
            return self.channel.isWritable ? .all : .some(through: batch.cursor)
        }
        let count = self.sendDirectly(batch.bytes[...])
        if count == batch.bytes.count { return .all }
        guard count >= 0 else { return .nothing }
        // The socket is full. The event that is cut has to be completed; the others stay in the log.
        let mark = batch.mark(cutAt: count)
        self.writeToChannel(ByteBuffer(bytes: batch.bytes[count..<mark.end]), context)
        return .some(through: mark.sequence == batch.marks.last?.sequence ? batch.cursor : mark.sequence)
    }

    /// Sends bytes that are no events of the log, such as a comment.
    func send(_ bytes: [UInt8]) -> Bool {
        guard self.channel.isActive, let context else { return false }
        if self.descriptor >= 0 {
            let count = self.sendDirectly(bytes[...])
            if count == bytes.count { return true }
            guard count >= 0 else { return false }
            self.writeToChannel(ByteBuffer(bytes: bytes[count...]), context)
            self.shard.block(self)
        } else {
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            if !self.channel.isWritable { self.shard.block(self) }
        }
        return true
    }

    /// How many bytes the socket took, negative if it is broken.
    ///
    /// Only on the event loop, after the channel was seen to be active: then it still owns the descriptor, and since it
    /// has nothing to write itself, bytes cannot overtake others.
    private func sendDirectly(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBytes { buffer in
            while true {
                #if canImport(Darwin)
                let count = Darwin.send(self.descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
                #else
                let count = sendBytes(
                    self.descriptor,
                    buffer.baseAddress,
                    buffer.count,
                    Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
                )
                #endif
                if count >= 0 { return count }
                switch errno {
                case EINTR: continue
                case EAGAIN, EWOULDBLOCK, ENOBUFS: return 0
                default: return -1
                }
            }
        }
    }

    private func writeToChannel(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenSuccess { self.shard.unblock(self) }
        context.writeAndFlush(self.wrapOutboundOut(bytes), promise: promise)
    }

    // MARK: Ending

    /// Ends the stream and closes the connection.
    ///
    /// - Parameter lastBytes: What is sent before that, as far as the socket takes it.
    func end(_ lastBytes: [UInt8] = []) {
        guard let context, self.channel.isActive else { return }
        if !lastBytes.isEmpty { context.write(self.wrapOutboundOut(ByteBuffer(bytes: lastBytes)), promise: nil) }
        if self.framing == .chunked {
            context.write(self.wrapOutboundOut(ByteBuffer(staticString: "0\r\n\r\n")), promise: nil)
        }
        context.flush()
        context.close(promise: nil)
    }

    /// Closes the connection as it is, so that the client can tell that this is no end.
    func cut() { self.context?.close(promise: nil) }

    // MARK: ChannelInboundHandler

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive {
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
        self.inboundBytes += self.unwrapInboundIn(data).readableBytes
        if self.inboundBytes > Self.maximumInboundBytes { context.close(promise: nil) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.descriptor < 0, context.channel.isWritable { self.shard.unblock(self) }
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
