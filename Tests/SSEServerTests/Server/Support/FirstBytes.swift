internal import NIOCore

/// Sends bytes as soon as there is a connection, before whatever else its pipeline sends.
@available(SwiftSSE 1.0, *)
final class FirstBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    func channelActive(context: ChannelHandlerContext) {
        if !self.bytes.isEmpty {
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: self.bytes)), promise: nil)
        }
        context.fireChannelActive()
    }
}
