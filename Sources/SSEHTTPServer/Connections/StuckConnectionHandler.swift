internal import NIOCore
internal import SSEServer

/// Closes a connection of HTTP/2 whose client takes nothing of what is written.
///
/// The deadlines of its streams are not enough. The end of a stream has to be written as well, and while the connection
/// takes nothing, the handler of HTTP/2 keeps that, and the stream with all that it holds, for as long as the client
/// likes.
@available(SwiftSSE 1.0, *)
final class StuckConnectionHandler: ChannelInboundHandler, Deadlined {
    typealias InboundIn = ByteBuffer

    private let deadlines: DeadlineList
    private let timeout: Duration
    private var context: ChannelHandlerContext?
    /// The number of bytes that the client had still to take when that was last looked at.
    private var leftBytes = Int.max
    var deadlineIndex = -1

    /// - Parameter timeout: The time for which a client may take nothing, while there is more than the connection
    ///   holds.
    init(_ deadlines: DeadlineList, timeout: Duration) {
        self.deadlines = deadlines
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadlines.remove(self)
        self.context = nil
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            self.deadlines.remove(self)
        } else {
            self.leftBytes = Self.leftBytes(of: context.channel)
            self.deadlines.set(self, in: TimeAmount(self.timeout))
        }
        context.fireChannelWritabilityChanged()
    }

    func deadlineExceeded() {
        guard let context else { return }
        let left = Self.leftBytes(of: context.channel)
        guard left < self.leftBytes else { return context.channel.abort() }
        self.leftBytes = left
        self.deadlines.set(self, in: TimeAmount(self.timeout))
    }

    /// The number of bytes that a client has still to take. Also while the connection takes no more, this falls with
    /// each that a slow client takes. Of what is no socket it cannot be seen.
    private static func leftBytes(of channel: any Channel) -> Int {
        let descriptor = channel.descriptor
        guard descriptor >= 0, let unacknowledged = SocketQueue.unacknowledgedBytes(of: descriptor),
            let pending = try? channel.syncOptions?.getOption(.bufferedWritableBytes)
        else {
            return .max
        }
        return pending + unacknowledged
    }
}
