internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker

/// Reads the requests of a connection and answers them, until one becomes an event stream: then it leaves the connection
/// to a ``Subscriber`` and takes with it what a stream does not need.
///
/// A stream of HTTP/2 is like a connection on which there is one request.
@available(SwiftSSE 1.0, *)
final class HTTPConnectionHandler: ChannelInboundHandler, RemovableChannelHandler, Deadlined {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum State {
        /// Waits for a request.
        case idle
        /// Reads a request's body.
        case reading(ServerRequest)
        /// Has read a request; waits until the client has taken the answers to those before.
        case held(ServerRequest)
        /// Waits for what the answer needs.
        case answering(HTTPRequestHead)
        /// Waits until the head of an event stream is written.
        case beginning
        /// Has answered with an error while a request was being read; drops the rest, then closes.
        case refusing
        /// Has answered for the last time; closes when that is written.
        case closing
        /// Does not answer any more.
        case over
    }

    /// The most bytes that a client may go on sending after an error, so that it gets to read the answer and not a reset.
    private static let maximumDroppedBytes = 2 * 1024 * 1024
    /// How long a client may take to close its half after an error, while what it still sends is dropped.
    static let lingerTimeout = Duration.seconds(2)

    let server: HTTPServer
    let transport: Transport
    private let deadlines: DeadlineList
    private let refusal: HTTPResponseStatus?
    private let firstDeadline: NIODeadline?
    private(set) var context: ChannelHandlerContext?
    var state = State.idle
    /// Whether a response is on its way down the pipeline, from where the next request may come up.
    var isWriting = false
    /// Fails or succeeds with the last bytes that have been written.
    var lastWrite: EventLoopFuture<Void>?
    /// Whether the client has closed its half of the connection.
    private(set) var isInputClosed = false
    private var isFirstRequest = true
    /// When the head of the request at hand came.
    private(set) var requestStart = NIODeadline.now()
    /// The address of the request's client, if a trusted proxy has told it.
    var clientAddress: String?
    private var droppedBytes = 0
    /// The client for whom a trusted proxy has forwarded the request that is looked after, if such are counted.
    var countedClient: IPAddress?
    /// How many of the bytes that a connection of HTTP/2 may hold are in the request's body.
    var heldBytes = 0
    var deadlineIndex = -1

    /// - Parameters:
    ///   - refusal: The status with which all is answered on a connection too many.
    ///   - transport: What carries the requests.
    ///   - firstDeadline: When the first request has to be there, `nil` for the request timeout from now.
    init(
        _ server: HTTPServer,
        _ deadlines: DeadlineList,
        refusal: HTTPResponseStatus?,
        transport: Transport = .plain,
        firstDeadline: NIODeadline? = nil
    ) {
        self.server = server
        self.deadlines = deadlines
        self.refusal = refusal
        self.transport = transport
        self.firstDeadline = firstDeadline
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if let firstDeadline {
            self.deadlines.set(self, at: firstDeadline)
        } else {
            self.setDeadline(self.server.configuration.requestTimeout)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.deadlines.remove(self)
        self.releaseRequest()
        self.context = nil
        self.lastWrite = nil
        self.state = .over
    }

    // MARK: Deadlines

    func setDeadline(_ timeout: Duration) { self.deadlines.set(self, in: TimeAmount(timeout)) }

    func clearDeadline() { self.deadlines.remove(self) }

    /// What the connection was waiting for has not come in time.
    func deadlineExceeded() {
        guard let context else { return }
        switch self.state {
        case .reading(let request):
            self.refuse(request.head, .requestTimeout, "The request did not come in time.", context)
        case .idle, .held, .beginning, .refusing, .closing:
            context.close(promise: nil)
        case .answering, .over:
            break
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (self.unwrapInboundIn(data), self.state) {
        case (.head(let head), .idle):
            self.begin(head, context)
        case (.body(var bytes), .reading(var request)):
            guard self.hold(bytes.readableBytes) else {
                return self.refuse(request.head, .serviceUnavailable, "There is too much on this connection.", context)
            }
            // Only one reference at a time, so that the body grows in place.
            self.state = .idle
            request.body.writeBuffer(&bytes)
            guard request.body.readableBytes <= self.server.configuration.maximumBodyBytes else {
                return self.refuse(request.head, .payloadTooLarge, "The request's body is too large.", context)
            }
            self.state = .reading(request)
        case (.end, .reading(let request)):
            self.state = .held(request)
            self.answerHeld()
        case (.body(let bytes), .refusing):
            self.drop(bytes, context)
        case (.end, .refusing):
            self.closeWhenWritten(context)
        default:
            break
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.requestStart = .now()
        self.clientAddress = nil
        // The first request's time began with the connection.
        if !self.isFirstRequest { self.setDeadline(self.server.configuration.requestTimeout) }
        self.isFirstRequest = false
        if let refusal {
            let text = "There are too many connections\(refusal == .tooManyRequests ? " from this address" : "")."
            return self.refuse(head, refusal, text, context)
        }
        if let fault = head.hostFault { return self.refuse(head, .badRequest, fault, context) }
        let limits = self.server.configuration
        if self.transport.connection != nil, head.isLarger(thanAllowedBy: limits) {
            // On a connection of HTTP/1 the decoder finds out.
            return self.refuse(head, .requestHeaderFieldsTooLarge, "The request's head is too large.", context)
        }
        // The decoder has seen that it is a number, if one that may be too large for us.
        if let length = head.headers.first(name: "Content-Length"), Int(length) ?? .max > limits.maximumBodyBytes {
            return self.refuse(head, .payloadTooLarge, "The request's body is too large.", context)
        }
        let request = self.makeRequest(head, context)
        guard self.count(request) else {
            return self.refuse(head, .tooManyRequests, "There are too many connections from this address.", context)
        }
        self.state = .reading(request)
        if head.version != .http1_0,
            head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" })
        {
            let response = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(self.wrapOutboundOut(.head(response)), promise: nil)
        }
    }

    /// Answers the request that has been read, unless the client has still to take other answers.
    ///
    /// In a loop, since the next request may have been read long ago, and may come up while this one's answer goes
    /// down: a row of them must not become a recursion.
    func answerHeld() {
        while case .held(let request) = self.state, !self.isWriting, let context, context.channel.isWritable {
            self.answer(request, context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.answerHeld()
        context.fireChannelWritabilityChanged()
    }

    /// Drops what a client sends whose request has been refused.
    private func drop(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        self.droppedBytes += bytes.readableBytes
        if self.droppedBytes > Self.maximumDroppedBytes { context.close(promise: nil) }
    }

    // MARK: The end

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        self.isInputClosed = true
        switch self.state {
        case .held, .answering, .closing, .over:
            // Whoever has sent a request and then closed its half still gets the answer.
            break
        case .idle, .refusing:
            self.closeWhenWritten(context)
        case .reading, .beginning:
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error, self.state) {
        case (let error as HTTPParserError, .idle):
            self.refuse(error, HTTPRequestHead(version: .http1_1, method: .RAW(value: "-"), uri: "-"), context)
        case (let error as HTTPParserError, .reading(let request)):
            self.refuse(error, request.head, context)
        case (ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes), .beginning),
            (ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes), .refusing),
            (ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes), .closing):
            self.drop(bytes, context)
        case (is HTTPParserError, .beginning), (is HTTPParserError, .refusing), (is HTTPParserError, .closing):
            // What follows a stream's request is not read, and what follows a last one neither.
            break
        default:
            context.close(promise: nil)
        }
    }

    private func refuse(_ error: HTTPParserError, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch error {
        case .headerOverflow:
            self.refuse(head, .requestHeaderFieldsTooLarge, "The request's head is too large.", context)
        default:
            self.refuse(head, .badRequest, "This is not a request of HTTP/1.1.", context)
        }
    }

    func closeWhenWritten(_ context: ChannelHandlerContext) {
        self.state = .closing
        guard let lastWrite else { return context.close(promise: nil) }
        lastWrite.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
