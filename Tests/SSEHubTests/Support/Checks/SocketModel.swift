import NIOCore
import NIOEmbedded

/// Stands where the socket is, before all other handlers, and does what an embedded channel does not: it is read only
/// when somebody wants to read, it has halves, and it may take no more than a socket does whose client reads nothing.
@available(SwiftSSE 1.0, *)
final class SocketModel: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData

    /// What a system takes for a client that reads nothing.
    private static let capacity = 1024

    private let isStuck: Bool
    /// A Boolean value that indicates whether somebody wants to read.
    var isReadWanted = false
    private(set) var isInputClosed = false
    private(set) var isOutputClosed = false
    /// The bytes that the client has got.
    private(set) var output: [UInt8] = []
    private var pending: [(bytes: IOData, promise: EventLoopPromise<Void>?)] = []
    private var flushedCount = 0

    /// - Parameter isStuck: Whether the client reads nothing.
    init(isStuck: Bool) {
        self.isStuck = isStuck
    }

    func read(context: ChannelHandlerContext) {
        self.isReadWanted = true
        context.read()
    }

    // MARK: Writing

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard context.channel.isActive, !self.isOutputClosed else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        self.pending.append((self.unwrapOutboundIn(data), promise))
    }

    func flush(context: ChannelHandlerContext) {
        self.flushedCount = self.pending.count
        while self.flushedCount > 0, !self.isStuck || self.output.count < Self.capacity {
            let (bytes, promise) = self.pending.removeFirst()
            self.flushedCount -= 1
            if case .byteBuffer(let bytes) = bytes { self.output += bytes.readableBytesView }
            promise?.succeed()
        }
        guard self.flushedCount > 0, context.channel.isWritable else { return }
        (context.channel as? EmbeddedChannel)?.isWritable = false
        context.fireChannelWritabilityChanged()
    }

    // MARK: Closing

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output, !self.isInputClosed else { return context.close(promise: promise) }
        self.isOutputClosed = true
        promise?.succeed()
        context.fireUserInboundEventTriggered(ChannelEvent.outputClosed)
    }

    /// The client sends nothing more.
    func closeInput(of channel: EmbeddedChannel) {
        guard channel.isActive, !self.isInputClosed else { return }
        self.isInputClosed = true
        guard !self.isOutputClosed else { return channel.close(promise: nil) }
        channel.pipeline.syncOperations.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    func channelInactive(context: ChannelHandlerContext) {
        let pending = self.pending
        self.pending = []
        self.flushedCount = 0
        for (_, promise) in pending { promise?.fail(ChannelError.ioOnClosedChannel) }
        context.fireChannelInactive()
    }
}
