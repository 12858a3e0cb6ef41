#if AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP2
internal import NIOSSL

/// Finds out that a connection of HTTP/2 is dead, and keeps new streams from it.
///
/// Something on the way may swallow all that is sent, and nobody tells. AsyncHTTPClient goes on to put streams on such a
/// connection. So a silent connection is asked for a sign of life with a `PING`, and closed if none comes; and when a stream is
/// left in silence, the connection is taken for one that goes away, and the next stream gets another one.
///
/// Streams that a server's `GOAWAY` leaves out are reported as refused, as swift-nio-http2 promises and does not do.
///
/// - SeeAlso: [RFC 9113, 6.7 and 6.8](https://www.rfc-editor.org/rfc/rfc9113#section-6.7)
@available(SwiftSSE 1.0, *)
final class HTTP2ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame
    typealias InboundOut = HTTP2Frame
    typealias OutboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    struct Configuration: Sendable {
        /// How long a connection may be silent until it is asked.
        var silence: TimeAmount

        /// How long an answer may take.
        var patience: TimeAmount

        /// How long a connection must have been silent for a stream that is left on it to tell against it.
        var doubt: TimeAmount

        static let defaults = Configuration(silence: .seconds(15), patience: .seconds(10), doubt: .seconds(1))
    }

    private let configuration: Configuration
    private var lastSign = NIODeadline.now()
    private var timer: Scheduled<Void>?
    private var isAsking = false
    private var isGoingAway = false
    private var openStreams = 0

    /// The last stream that the server has taken, once it has said so.
    private var lastTakenStream: HTTP2StreamID?
    private var lastResetStream: HTTP2StreamID?

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.lastSign = context.eventLoop.now
        self.schedule(in: self.configuration.silence, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.lastSign = context.eventLoop.now
        let frame = self.unwrapInboundIn(data)
        switch frame.payload {
        case .goAway(let lastStreamID, _, _): self.lastTakenStream = lastStreamID
        case .rstStream: self.lastResetStream = frame.streamID
        default: break
        }
        if self.isAsking {
            self.isAsking = false
            self.timer?.cancel()
            self.schedule(in: self.configuration.silence, context)
        }
        if case .settings(.settings(let settings)) = frame.payload {
            return context.fireChannelRead(self.wrapInboundOut(Self.withoutStreamLimit(settings)))
        }
        context.fireChannelRead(data)
        // AsyncHTTPClient waits for the last stream to end, also if there is none, and keeps the connection for good.
        if case .goAway = frame.payload, self.openStreams == 0 { context.close(promise: nil) }
    }

    /// Settings after the first ones do not tell AsyncHTTPClient of another number of streams: on a connection without a
    /// stream it starts the timer for idle connections again, which it takes for a mistake of its own. Streams beyond the
    /// number wait in swift-nio-http2.
    private static func withoutStreamLimit(_ settings: HTTP2Settings) -> HTTP2Frame {
        let rest = settings.filter { $0.parameter != .maxConcurrentStreams }
        return HTTP2Frame(streamID: .rootStream, payload: .settings(.settings(rest)))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .rstStream = self.unwrapOutboundIn(data).payload,
            context.eventLoop.now - self.lastSign >= self.configuration.doubt
        {
            self.takeNoMoreStreams(context)
        }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is NIOHTTP2StreamCreatedEvent: self.openStreams += 1
        case is StreamClosedEvent: self.openStreams -= 1
        default: break
        }
        // Comes after the frame that is the reason.
        if let closed = event as? StreamClosedEvent, closed.reason == .cancel, closed.streamID != self.lastResetStream,
            let last = self.lastTakenStream, closed.streamID > last
        {
            let refused = StreamClosedEvent(streamID: closed.streamID, reason: .refusedStream)
            return context.fireUserInboundEventTriggered(refused)
        }
        context.fireUserInboundEventTriggered(event)
    }

    private func schedule(in delay: TimeAmount, _ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleTask(in: delay) {
            let (handler, context) = bound.value
            handler.check(context)
        }
    }

    private func check(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        if self.isAsking { return self.close(context) }
        let left = self.lastSign + self.configuration.silence - context.eventLoop.now
        if left > .zero { return self.schedule(in: left, context) }
        self.isAsking = true
        let ping = HTTP2Frame(streamID: .rootStream, payload: .ping(HTTP2PingData(withInteger: 0), ack: false))
        context.writeAndFlush(self.wrapOutboundOut(ping), promise: nil)
        self.schedule(in: self.configuration.patience, context)
    }

    /// Tells AsyncHTTPClient what a server would tell it that takes no more streams; those that are open go on.
    private func takeNoMoreStreams(_ context: ChannelHandlerContext) {
        guard !self.isGoingAway else { return }
        self.isGoingAway = true
        let goAway = HTTP2Frame.FramePayload.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil)
        context.fireChannelRead(self.wrapInboundOut(HTTP2Frame(streamID: .rootStream, payload: goAway)))
    }

    private func close(_ context: ChannelHandlerContext) {
        self.takeNoMoreStreams(context)
        // Past TLS, which would wait for an answer of the one that does not answer.
        if let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self) {
            tls.close(promise: nil)
        } else {
            context.close(promise: nil)
        }
    }
}
#endif
