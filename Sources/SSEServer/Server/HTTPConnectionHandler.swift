internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import ServerSentEvents

/// Reads the requests of a connection and answers them, until one becomes an event stream: then it leaves the connection
/// to a ``Subscriber`` and takes with it what a stream does not need.
@available(SwiftSSE 1.0, *)
final class HTTPConnectionHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Waits for a request.
        case idle
        /// Reads a request's body.
        case reading(ServerRequest)
        /// Has answered with an error while a request was being read; drops the rest, then closes.
        case refusing
        /// Waits for what the answer needs.
        case answering(HTTPRequestHead)
        /// Does not answer any more.
        case over
    }

    private let server: HTTPServer
    private let loopState: LoopState
    private let refusal: HTTPResponseStatus?
    private var state = State.idle
    /// Counts what deadlines are set for.
    private var generation: UInt32 = 0

    init(_ server: HTTPServer, _ loopState: LoopState, refusal: HTTPResponseStatus?) {
        self.server = server
        self.loopState = loopState
        self.refusal = refusal
    }

    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loopState.firstRequests.insert(self, generation: self.generation)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.state = .over
    }

    /// What the connection was waiting for has not come in time.
    func deadlineExceeded(_ generation: UInt32) {
        guard generation == self.generation, let context else { return }
        switch self.state {
        case .idle, .refusing:
            context.close(promise: nil)
        case .reading(let request):
            self.refuse(request.head, .requestTimeout, "The request did not come in time.", context)
        case .answering, .over:
            break
        }
    }

    // MARK: ChannelInboundHandler

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (self.unwrapInboundIn(data), self.state) {
        case (.head(let head), .idle):
            self.begin(head, context)
        case (.body(var bytes), .reading(var request)):
            // Only one reference at a time, so that the body grows in place.
            self.state = .idle
            request.body.writeBuffer(&bytes)
            guard request.body.readableBytes <= self.server.configuration.maximumBodyBytes else {
                return self.refuse(request.head, .payloadTooLarge, "The request's body is too large.", context)
            }
            self.state = .reading(request)
        case (.end, .reading(let request)):
            self.answer(request, context)
        case (.end, .refusing):
            context.close(promise: nil)
        default:
            break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        if let refusal {
            let text = "There are too many connections\(refusal == .tooManyRequests ? " from this address" : "")."
            return self.refuse(head, refusal, text, context)
        }
        if let length = head.headers.first(name: "Content-Length").flatMap(Int.init),
            length > self.server.configuration.maximumBodyBytes
        {
            return self.refuse(head, .payloadTooLarge, "The request's body is too large.", context)
        }
        if head.headers[canonicalForm: "expect"].contains("100-continue"), head.version == .http1_1 {
            context.writeAndFlush(
                self.wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))),
                promise: nil
            )
        }
        self.state = .reading(
            ServerRequest(head: head, body: ByteBuffer(), remoteAddress: context.channel.remoteAddress)
        )
    }

    /// Answers with an error and closes the connection when the client has sent the rest, or after the deadline.
    private func refuse(
        _ head: HTTPRequestHead,
        _ status: HTTPResponseStatus,
        _ text: String,
        _ context: ChannelHandlerContext
    ) {
        var response = ServerResponse(status, text: text + "\n")
        if status == .serviceUnavailable || status == .tooManyRequests {
            response.headers.add(name: "Retry-After", value: "5")
        }
        self.state = .refusing
        self.write(response, to: head, isLast: true, context)
        self.waitForNext()
    }

    private func waitForNext() {
        self.generation &+= 1
        self.loopState.furtherRequests.insert(self, generation: self.generation)
    }

    private func answer(_ request: ServerRequest, _ context: ChannelHandlerContext) {
        switch self.server.answer(request) {
        case .response(let response):
            self.finish(response, to: request.head, context)
        case .eventStream(let admission, let headers):
            self.beginStream(admission, headers, to: request.head, context)
        case .later(let work):
            self.state = .answering(request.head)
            let eventLoop = context.eventLoop
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            self.server.run {
                let response = await work()
                eventLoop.execute { bound.value.finishLater(response) }
            }
        }
    }

    private func finishLater(_ response: ServerResponse) {
        guard case .answering(let head) = self.state, let context else { return }
        self.finish(response, to: head, context)
    }

    private func finish(_ response: ServerResponse, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let isLast = !head.isKeepAlive || self.server.isShuttingDown
        self.write(response, to: head, isLast: isLast, context)
        if isLast {
            self.state = .over
            context.close(promise: nil)
        } else {
            self.state = .idle
            self.waitForNext()
        }
    }

    private func write(
        _ response: ServerResponse,
        to head: HTTPRequestHead,
        isLast: Bool,
        _ context: ChannelHandlerContext
    ) {
        var headers = response.headers
        headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.readableBytes)")
        if isLast {
            headers.replaceOrAdd(name: "Connection", value: "close")
        } else if head.version == .http1_0 {
            headers.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
        let responseHead = HTTPResponseHead(version: head.version, status: response.status, headers: headers)
        context.write(self.wrapOutboundOut(.head(responseHead)), promise: nil)
        if head.method != .HEAD {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    // MARK: Event streams

    private func beginStream(
        _ admission: Admission,
        _ headers: HTTPHeaders,
        to request: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        self.state = .over
        var head = HTTPResponseHead(version: request.version, status: .ok, headers: headers)
        head.headers.prepareForEventStream()
        let isChunked = request.version == .http1_1
        if isChunked {
            head.headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        } else {
            head.headers.replaceOrAdd(name: "Connection", value: "close")
        }
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        guard request.method != .HEAD else {
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            context.close(promise: nil)
            return
        }
        // A first comment makes intermediaries pass the head on.
        let comment = ByteBuffer(bytes: EventStreamEncoder().encode(comment: ""))
        context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(comment))), promise: nil)
        // Not from within the decoder's own call.
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.handOver(admission, isChunked: isChunked) }
    }

    /// Takes all handlers of HTTP out of the pipeline, this one included, and puts the subscriber in.
    private func handOver(_ admission: Admission, isChunked: Bool) {
        guard let context else { return }
        let channel = context.channel
        let pipeline = channel.pipeline.syncOperations
        let removals = [
            pipeline.removeHandler(self),
            self.remove(HTTPServerProtocolErrorHandler.self, from: pipeline),
            self.remove(HTTPServerPipelineHandler.self, from: pipeline),
            self.remove(ByteToMessageHandler<HTTPRequestDecoder>.self, from: pipeline),
            self.remove(HTTPResponseEncoder.self, from: pipeline),
        ]
        let fanOut = self.server.fanOut
        EventLoopFuture.andAllComplete(removals, on: context.eventLoop).assumeIsolated().whenComplete { _ in
            guard channel.isActive else { return }
            do {
                try fanOut.attach(channel, admission, framing: isChunked ? .chunked : .plain, isDirect: true)
            } catch {
                channel.close(promise: nil)
            }
        }
    }

    private func remove<Handler: RemovableChannelHandler>(
        _ type: Handler.Type,
        from pipeline: ChannelPipeline.SynchronousOperations
    ) -> EventLoopFuture<Void> {
        do {
            return pipeline.removeHandler(context: try pipeline.context(handlerType: type))
        } catch {
            return pipeline.eventLoop.makeSucceededVoidFuture()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            // Whoever has sent a request and then closed its half still gets the answer; without one there is none.
            if case .answering = self.state { return }
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
