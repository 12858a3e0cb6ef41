internal import NIOCore
internal import NIOHTTP1

/// Answers clients of HTTP/1.0 in a way they understand: without chunks, and ended by closing the connection.
///
/// Hummingbird's requests have no version, so all its responses are of HTTP/1.1, and an event stream would reach such a
/// client with chunk sizes between its lines. This handler stands where the version can still be seen.
final class HTTP10Handler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// Whether the request that is being answered is of HTTP/1.0.
    private(set) var isHTTP10 = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = self.unwrapInboundIn(data) { self.isHTTP10 = head.version == .http1_0 }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard self.isHTTP10 else { return context.write(data, promise: promise) }
        switch self.unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            head.version = .http1_0
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            context.write(self.wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            context.writeAndFlush(data, promise: promise)
            context.close(promise: nil)
        case .head, .body:
            context.write(data, promise: promise)
        }
    }
}
