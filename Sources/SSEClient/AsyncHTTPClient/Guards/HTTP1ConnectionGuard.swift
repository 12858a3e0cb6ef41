#if AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Stands between the parser of HTTP/1.1 and AsyncHTTPClient.
///
/// - A response with a status below 100 does not go on: AsyncHTTPClient takes it for one that only announces another one,
///   and ends the process at its end.
/// - A request does not go out if the certificate is not for its host.
/// - A request on a used connection that ends before a byte of an answer is marked: it was not processed.
@available(SwiftSSE 1.0, *)
final class HTTP1ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let identity: AddressCertificate?
    private var requestCount = 0
    private var hasAnswer = false
    private var isClosing = false

    init(identity: AddressCertificate?) {
        self.identity = identity
    }

    /// Something has come from the server, of whatever kind.
    func noteBytes() {
        self.hasAnswer = true
    }

    // MARK: Responses

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isClosing else { return }
        if case .head(let head) = self.unwrapInboundIn(data), !(100...999).contains(head.status.code) {
            return self.close(context, .brokenResponse("its status is \(head.status.code)"))
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.fireErrorCaught(self.wasRequestIgnored ? SSEClientError.notProcessed(cause: error) : error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.wasRequestIgnored { context.fireErrorCaught(SSEClientError.notProcessed(cause: nil)) }
        context.fireChannelInactive()
    }

    private var wasRequestIgnored: Bool { self.requestCount > 1 && !self.hasAnswer && !self.isClosing }

    // MARK: Requests

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.isClosing else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        if case .head(let head) = self.unwrapOutboundIn(data) {
            self.requestCount += 1
            self.hasAnswer = false
            if let refusal = head.headers.first(name: "Host").flatMap({ self.identity?.refusal(of: $0) }) {
                promise?.fail(refusal)
                return self.closeSoon(context, refusal)
            }
        }
        context.write(data, promise: promise)
    }

    /// Closes after what is being done now: AsyncHTTPClient is in the middle of sending.
    private func closeSoon(_ context: ChannelHandlerContext, _ error: SSEClientError) {
        self.isClosing = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            handler.close(context, error)
        }
    }

    private func close(_ context: ChannelHandlerContext, _ error: SSEClientError) {
        self.isClosing = true
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }
}

/// Tells a connection's guard of bytes that have come, also if they do not make a head.
@available(SwiftSSE 1.0, *)
final class HTTP1ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: HTTP1ConnectionGuard

    init(_ connection: HTTP1ConnectionGuard) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.connection.noteBytes()
        context.fireChannelRead(data)
    }
}
#endif
