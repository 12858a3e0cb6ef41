import NIOCore

/// A subscriber: asks for a stream and looks for marks in it.
///
/// On the bytes of the connection, without an HTTP decoder and without a task, so that what is measured is the hub.
@available(SwiftSSE 1.0, *)
final class FanOutSubscriber: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Collects the head of the response.
        case head(ByteBuffer)
        case body(isChunked: Bool)
        case over
    }

    private static let maximumHead = 64 * 1024

    private let loop: FanOutLoop
    private let request: ByteBuffer
    private var state = State.head(ByteBuffer())
    private var chunks = ChunkScanner()
    private var marks = FanOutMarkScanner()
    private var order: DeliveryOrder

    init(_ loop: FanOutLoop, request: ByteBuffer) {
        self.loop = loop
        self.request = request
        self.order = DeliveryOrder(publishers: loop.plan.publishers)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.writeAndFlush(self.wrapOutboundOut(self.request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        switch self.state {
        case .head(var head):
            head.writeBuffer(&bytes)
            guard let end = head.readableBytesView.endOfHead else {
                self.state = .head(head)
                if head.readableBytes > Self.maximumHead {
                    self.fail("The head of the hub's answer is too long.", context)
                }
                return
            }
            let text = head.readSlice(length: end).map { String(buffer: $0) } ?? ""
            let lines = text.split(whereSeparator: \.isNewline)
            guard let status = lines.first?.split(separator: " ", maxSplits: 1).last, status.hasPrefix("200") else {
                let reason = lines.first?.split(separator: " ", maxSplits: 1).last ?? ""
                let said =
                    String(buffer: head).split(whereSeparator: \.isNewline).first.map { ": \($0.prefix(200))" } ?? "."
                return self.fail("A subscriber was refused with \((reason + said).printable)", context)
            }
            self.state = .body(
                isChunked: lines.contains {
                    let line = $0.lowercased()
                    return line.hasPrefix("transfer-encoding:") && line.contains("chunked")
                }
            )
            self.loop.subscriberOpened()
            self.scan(head, context)
        case .body:
            self.scan(bytes, context)
        case .over:
            break
        }
    }

    private func scan(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        guard case .body(let isChunked) = self.state else { return }
        let (loop, now) = (self.loop, NIODeadline.now())
        bytes.withUnsafeReadableBytes { bytes in
            guard isChunked else {
                return self.marks.scan(bytes) { loop.tally.count(self.order.check($0, loop.plan), $0, at: now) }
            }
            self.chunks.scan(bytes) { bytes in
                self.marks.scan(bytes) { loop.tally.count(self.order.check($0, loop.plan), $0, at: now) }
            }
        }
        if self.chunks.isMalformed { self.fail("The hub sends chunks that cannot be read.", context) }
        if self.chunks.isAtEnd { context.close(promise: nil) }
    }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        self.state = .over
        self.loop.fail(reason)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        switch self.state {
        case .head: self.loop.fail("The hub closed a subscriber's connection before it answered.")
        case .body: self.loop.subscriberClosed()
        case .over: break
        }
        self.state = .over
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .head = self.state {
            self.loop.fail(CommandFailure(connectingTo: self.loop.connection.url, error).description)
            self.state = .over
        }
        context.close(promise: nil)
    }
}

extension ByteBufferView {
    /// Where the body begins, if the head is complete.
    fileprivate var endOfHead: Int? {
        var newlines = 0
        for (offset, byte) in self.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"): newlines += 1
            case UInt8(ascii: "\r"): break
            default: newlines = 0
            }
            if newlines == 2 { return offset + 1 }
        }
        return nil
    }
}
