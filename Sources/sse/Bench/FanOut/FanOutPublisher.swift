import NIOCore
import NIOHTTP1

/// A publisher: publishes a message when it is told to, or when the one before has been answered.
@available(SwiftSSE 1.0, *)
final class FanOutPublisher: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let loop: FanOutLoop
    private let number: Int
    private let request: HubRequest
    private let form: EventForm
    private let total: Int
    private var context: ChannelHandlerContext?
    private var response: (head: HTTPResponseHead, body: ByteBuffer)?
    private var sent = 0
    private var answered = 0

    init(_ loop: FanOutLoop, number: Int, _ request: HubRequest, _ form: EventForm) {
        self.loop = loop
        self.number = number
        self.request = request
        self.form = form
        self.total = loop.plan.messages(of: number)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Publishes the next message.
    ///
    /// - Parameter due: When it was to be published, which is where its latency begins.
    func publish(due: NIODeadline) {
        guard self.sent < self.total, let context else { return }
        let mark = FanOutMark(
            publisher: UInt16(self.number),
            sequence: UInt32(self.sent),
            nanoseconds: due.uptimeNanoseconds
        )
        self.sent += 1
        for part in self.request.publishing(self.form(data: mark.data(size: self.loop.plan.size)[...])) {
            context.write(self.wrapOutboundOut(part), promise: nil)
        }
        context.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.response = (head, ByteBuffer())
        case .body(var bytes):
            if let body = self.response?.body, body.readableBytes < 8192 { self.response?.body.writeBuffer(&bytes) }
        case .end:
            guard let (head, body) = self.response.take() else { return }
            guard (200...299).contains(head.status.code) else {
                return self.loop.fail("The hub refused a message with \(PublishRefusal(head, body))")
            }
            self.answered += 1
            self.loop.messageAnswered()
            guard head.isKeepAlive || self.answered == self.total else {
                return self.loop.fail("The hub closes a publisher's connection; measure it without a proxy that does.")
            }
            if self.loop.plan.rate == nil { self.publish(due: .now()) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.answered < self.total { self.loop.fail("The hub closed a publisher's connection.") }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.loop.fail(CommandFailure(connectingTo: self.loop.connection.url, error).description)
        context.close(promise: nil)
    }
}
