internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker

/// Reads the requests of a connection and answers them, until one becomes an event stream: then it leaves the
/// connection to a ``Subscriber`` and takes with it what a stream does not need.
///
/// A stream of HTTP/2 is like a connection on which there is one request.
@available(SwiftSSE 1.0, *)
final class HTTPConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler, Deadlined {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    enum State {
        /// Waits for a request.
        case idle
        /// Waits until it is known what becomes of a request's body, and reads nothing meanwhile.
        case screening(ServerRequest)
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

    private enum BodyUse {
        /// Nobody has asked yet.
        case unknown
        case keep
        /// Of what is read over, so many bytes have come.
        case drop(Int)
    }

    /// The most bytes that a client may go on sending after an error, so that it gets to read the answer and not a
    /// reset.
    private static let maximumDroppedBytes = 2 * 1024 * 1024
    /// How long a client may take to close its half after an error, while what it still sends is dropped.
    static let lingerTimeout = Duration.seconds(2)

    let server: HTTPServer
    let transport: Transport
    private let deadlines: DeadlineList
    let connection: ConnectionOrigin
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
    var forwardedAddress: IPAddress?
    private var droppedBytes = 0
    /// What becomes of the body of the request at hand.
    private var bodyUse = BodyUse.unknown
    /// Whether the request at hand has come as a whole while its head was looked at.
    private var hasCome = false
    /// Whether the channel has wanted to read while nothing was to be read.
    private var isReadHeld = false
    /// What the request at hand waits for.
    var job: ServerJob?
    /// What the bodies' small pieces may still cost that come over this connection of HTTP/1.
    var partAllowance = PartAllowance()
    /// The client for whom a trusted proxy has forwarded the request that is looked after, if such are counted.
    var countedClient: IPAddress?
    /// How many of the bytes that a connection of HTTP/2 may hold are in the request's body.
    var heldBytes = 0
    /// The most bytes of a query's body, `nil` if it counts as one that is kept.
    var queryLimit: Int?
    /// How many of these are of what the stream's client may still send that is not read for now.
    var reservedBytes = 0
    var deadlineIndex = -1

    /// - Parameters:
    ///   - connection: Where the connection comes from.
    ///   - transport: What carries the requests.
    ///   - firstDeadline: When the first request has to be there, `nil` for the request timeout from now.
    init(
        _ server: HTTPServer,
        _ deadlines: DeadlineList,
        connection: ConnectionOrigin,
        transport: Transport = .plain,
        firstDeadline: NIODeadline? = nil
    ) {
        self.server = server
        self.deadlines = deadlines
        self.connection = connection
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
        self.cancelJob()
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
        case .screening(let request):
            self.refuse(request.head, .tooLate, context)
        case .answering(let head):
            self.giveUp(head, context)
        case .idle, .held, .beginning, .refusing, .closing:
            context.close(promise: nil)
        case .over:
            break
        }
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (self.unwrapInboundIn(data), self.state) {
        case (.head(let head), .idle):
            self.begin(head, context)
        case (.body(let bytes), .reading), (.body(let bytes), .screening):
            self.take(bytes, context)
        case (.end, .screening):
            self.hasCome = true
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
        let head = head.withoutBlanksBehindValues
        self.requestStart = .now()
        self.forwardedAddress = nil
        // The first request's time began with the connection.
        if !self.isFirstRequest { self.setDeadline(self.server.configuration.requestTimeout) }
        self.isFirstRequest = false
        if let refusal = self.connection.refusal {
            let preflight = self.server.preflight(head, self.connection.listener)
            if let preflight { return self.refuse(head, preflight, context) }
            return self.refuseConnection(head, refusal, context)
        }
        if self.connection.isKept, self.server.isSubscription(head) { return self.refuseSubscriber(head, context) }
        if let fault = head.hostFault { return self.refuse(head, .badRequest, fault, context) }
        let limits = self.server.configuration
        if head.isLarger(thanAllowedBy: limits) {
            return self.refuse(head, .requestHeaderFieldsTooLarge, "The request's head is too large.", context)
        }
        // The decoder has seen that it is a number, if one that may be too large for us.
        if let length = head.headers.first(name: "Content-Length"), Int(length) ?? .max > limits.maximumBodyBytes {
            return self.refuse(head, .payloadTooLarge, "The request's body is too large.", context)
        }
        let request = self.makeRequest(head)
        guard self.count(request) else {
            return self.refuseConnection(head, .tooManyRequests, context)
        }
        self.state = .reading(request)
        self.bodyUse = .unknown
        self.hasCome = false
        self.beginAllowance()
        if head.announcesBody || head.expectsContinue { self.screen(request, context) }
    }

    // MARK: Bodies

    private func screen(_ request: ServerRequest, _ context: ChannelHandlerContext) {
        self.apply(self.server.screen(request), to: request, context)
    }

    private func apply(_ screening: ServerScreening, to request: ServerRequest, _ context: ChannelHandlerContext) {
        switch screening {
        case .keepQuery(let maximum):
            // The bytes that have come until now count as a query's as well.
            self.releaseReserve()
            let heldBytes = self.heldBytes
            self.releaseBody()
            self.queryLimit = maximum
            if let fault = self.hold(heldBytes) {
                return self.refuse(request.head, .serviceUnavailable, fault, context)
            }
            self.apply(.keepBody, to: request, context)
        case .keepBody:
            self.bodyUse = .keep
            self.sendContinue(for: request, context)
        case .dropBody:
            self.bodyUse = .drop(0)
            self.sendContinue(for: request, context)
        case .refuse(let response):
            guard self.hasCome else { return self.refuse(request.head, response, context) }
            // There is nothing to be read over, so that the connection can go on.
            self.finish(response, to: request.head, context)
            self.answerHeld()
        case .later(let work):
            if case .screening = self.state {} else { self.setDeadline(self.server.configuration.answerTimeout) }
            self.state = .screening(request)
            if !self.wait(for: work, context, then: { $0.finishScreening($1) }) {
                self.refuse(request.head, .shuttingDown, context)
            }
        }
    }

    /// Has a client send the body that waits to be told so. What is dropped is read as well, or it would wait in vain.
    private func sendContinue(for request: ServerRequest, _ context: ChannelHandlerContext) {
        guard request.head.expectsContinue, request.body.readableBytes == 0, !self.hasCome else { return }
        let response = HTTPResponseHead(version: request.head.version, status: .continue)
        context.writeAndFlush(self.wrapOutboundOut(.head(response)), promise: nil)
    }

    private func finishScreening(_ screening: ServerScreening) {
        guard case .screening(let request) = self.state, let context else { return }
        self.apply(screening, to: request, context)
        // Unless there is something else to be waited for, or nothing more.
        if case .screening = self.state, self.job == nil { self.goOn(with: request, context) }
        if self.isReadHeld, self.context != nil {
            if case .screening = self.state { return }
            self.isReadHeld = false
            context.read()
        }
    }

    /// Reads on, now that it is known what becomes of the body.
    private func goOn(with request: ServerRequest, _ context: ChannelHandlerContext) {
        self.releaseReserve()
        var request = request
        let bytes = request.body
        request.body = ByteBuffer()
        if case .drop = self.bodyUse { self.releaseBody() }
        if case .keep = self.bodyUse { request.body = bytes }
        self.state = .reading(request)
        self.setDeadline(self.server.configuration.requestTimeout)
        guard self.hasCome else { return }
        self.state = .held(request)
        self.answerHeld()
    }

    /// Takes in a piece of a body.
    private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        if case .reading(let request) = self.state, case .unknown = self.bodyUse { self.screen(request, context) }
        let isScreening: Bool
        var request: ServerRequest
        switch self.state {
        case .reading(let known): (request, isScreening) = (known, false)
        case .screening(let known): (request, isScreening) = (known, true)
        default: return self.drop(bytes, context)
        }
        guard self.pay(forPartOf: bytes.readableBytes) else {
            return self.refuse(request.head, .badRequest, "The body comes in too many small pieces.", context)
        }
        if case .drop(let count) = self.bodyUse {
            self.bodyUse = .drop(count + bytes.readableBytes)
            guard count + bytes.readableBytes <= self.server.configuration.maximumBodyBytes else {
                return self.refuse(request.head, .payloadTooLarge, "The request's body is too large.", context)
            }
            return
        }
        if let fault = self.hold(bytes.readableBytes) {
            return self.refuse(request.head, .serviceUnavailable, fault, context)
        }
        // Only one reference at a time, so that the body grows in place.
        self.state = .idle
        var bytes = bytes
        request.body.writeBuffer(&bytes)
        self.state = isScreening ? .screening(request) : .reading(request)
        let limit = min(self.queryLimit ?? .max, self.server.configuration.maximumBodyBytes)
        guard request.body.readableBytes <= limit else {
            return self.refuse(request.head, .payloadTooLarge, "The request's body is too large.", context)
        }
        if isScreening, !self.isReadOn(request), let fault = self.reserve() {
            self.refuse(request.head, .serviceUnavailable, fault, context)
        }
    }

    func read(context: ChannelHandlerContext) {
        if case .screening(let request) = self.state, !self.isReadOn(request) {
            self.isReadHeld = true
        } else {
            context.read()
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
        guard self.pay(forPartOf: bytes.readableBytes) else {
            self.transport.connection?.cut()
            return context.close(promise: nil)
        }
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
        case .screening where self.hasCome:
            break
        case .screening, .reading, .beginning:
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error, self.state) {
        case (let error as HTTPParserError, .idle):
            self.refuse(error, HTTPRequestHead(version: .http1_1, method: .RAW(value: "-"), uri: "-"), context)
        case (let error as HTTPParserError, .reading(let request)),
            (let error as HTTPParserError, .screening(let request)):
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
