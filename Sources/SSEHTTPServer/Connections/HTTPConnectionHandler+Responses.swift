internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker

@available(SwiftSSE 1.0, *)
extension HTTPConnectionHandler {
    func answer(_ request: ServerRequest, _ context: ChannelHandlerContext) {
        self.answer(request.head, with: self.server.answer(request), context)
    }

    private func answer(_ head: HTTPRequestHead, with reply: ServerReply, _ context: ChannelHandlerContext) {
        switch reply {
        case .response(let response):
            self.finish(response, to: head, context)
        case .eventStream(let admission, let headers):
            self.beginStream(admission, headers, to: head, context)
        case .later(let work):
            // What is waited for one after the other has one time for all of it.
            if case .answering = self.state {} else { self.setDeadline(self.server.configuration.answerTimeout) }
            self.state = .answering(head)
            if !self.wait(for: work, context, then: { $0.finishLater($1) }) {
                self.finish(.shuttingDown, to: head, context)
            }
        }
    }

    /// Does some work that ends with this request.
    ///
    /// - Parameter finish: Is called with this handler and the outcome, on the event loop, if the request is still
    ///   there.
    /// - Returns: A Boolean value that indicates whether there is still time for it.
    func wait<Outcome: Sendable>(
        for work: @escaping @Sendable () async -> Outcome,
        _ context: ChannelHandlerContext,
        then finish: @escaping @Sendable (HTTPConnectionHandler, Outcome) -> Void
    ) -> Bool {
        let eventLoop = context.eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let job = ServerJob()
        self.job = job
        return self.server.run(job) {
            let outcome = await work()
            eventLoop.execute {
                let handler = bound.value
                // The next request may wait for something of its own by now.
                guard handler.job === job else { return }
                handler.job = nil
                finish(handler, outcome)
            }
        }
    }

    /// Gives up what a request waits for.
    func cancelJob() {
        self.job?.cancel()
        self.job = nil
    }

    private func finishLater(_ reply: ServerReply) {
        guard case .answering(let head) = self.state, let context else { return }
        self.answer(head, with: reply, context)
        self.answerHeld()
    }

    /// Answers a request whose answer has not come in time.
    func giveUp(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.cancelJob()
        self.finish(.tooLate, to: head, context)
        self.answerHeld()
    }

    func finish(_ response: ServerResponse, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var response = response
        response.headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.readableBytes)")
        self.finish(response, to: head, isLast: self.isLast(head), context)
    }

    /// Whether a request is the last one that is answered on its connection.
    private func isLast(_ head: HTTPRequestHead) -> Bool {
        // A stream of HTTP/2 carries one request, and the decoder of HTTP/1 stops after one that asks for another
        // protocol.
        guard self.transport.connection == nil else { return true }
        let isUpgrade = head.method == .CONNECT || head.headers.contains(name: "Upgrade")
        // A place that is kept for many is nobody's for longer than a request.
        return !head.isKeepAlive || isUpgrade || self.isInputClosed || self.connection.isKept
            || self.server.isShuttingDown || self.server.configuration.keepAliveTimeout <= .zero
    }

    /// Answers the head of a request for a stream, which is all that the client asks for.
    func finishHead(_ headers: HTTPHeaders, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.finish(ServerResponse(.ok, headers: headers), to: head, isLast: self.isLast(head), context)
    }

    private func finish(
        _ response: ServerResponse,
        to head: HTTPRequestHead,
        isLast: Bool,
        _ context: ChannelHandlerContext
    ) {
        self.releaseRequest()
        // Before anything is written, since the next request may come up from the pipeline then.
        self.state = isLast ? .closing : .idle
        self.setDeadline(
            isLast ? self.server.configuration.requestTimeout : self.server.configuration.keepAliveTimeout
        )
        self.write(response, to: head, isLast: isLast, context)
        if isLast { self.closeWhenWritten(context) }
    }

    /// Answers with an error and ends the connection. What the client still sends is dropped for a while, since a
    /// socket that is closed with bytes unread resets the connection, and with it the answer ([RFC 9112,
    /// 9.6](https://www.rfc-editor.org/rfc/rfc9112#section-9.6)).
    func refuse(
        _ head: HTTPRequestHead,
        _ status: HTTPResponseStatus,
        _ text: String,
        _ context: ChannelHandlerContext
    ) {
        var response = ServerResponse(status, text: text + "\n")
        if status == .serviceUnavailable || status == .tooManyRequests {
            response.headers.add(name: "Retry-After", value: "5")
        }
        self.refuse(head, response, context)
    }

    /// Answers what comes over a connection too many.
    func refuseConnection(_ head: HTTPRequestHead, _ status: HTTPResponseStatus, _ context: ChannelHandlerContext) {
        let suffix = status == .tooManyRequests ? " from this address" : ""
        self.refuse(head, status, "There are too many connections\(suffix).", context)
    }

    /// Answers a subscriber on one of the places that are kept for others.
    func refuseSubscriber(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.server.observer.connectionRefused(.total)
        self.refuseConnection(head, .serviceUnavailable, context)
    }

    /// Answers before a request is there as a whole, and ends the connection.
    func refuse(_ head: HTTPRequestHead, _ response: ServerResponse, _ context: ChannelHandlerContext) {
        self.cancelJob()
        self.releaseRequest()
        var response = response
        response.headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.readableBytes)")
        self.state = .refusing
        self.setDeadline(self.server.configuration.requestTimeout)
        self.write(response, to: head, isLast: true, context)
        // A stream of HTTP/2 has told its end with the answer.
        guard self.transport.connection == nil else { return }
        self.lastWrite?.assumeIsolated().whenSuccess { self.linger() }
    }

    /// Says that nothing more will come, and waits for the client to say the same.
    private func linger() {
        guard case .refusing = self.state, let context else { return }
        guard !self.isInputClosed else { return context.close(promise: nil) }
        self.setDeadline(min(Self.lingerTimeout, self.server.configuration.requestTimeout))
        context.close(mode: .output, promise: nil)
    }

    private func write(
        _ response: ServerResponse,
        to head: HTTPRequestHead,
        isLast: Bool,
        _ context: ChannelHandlerContext
    ) {
        var headers = response.headers
        headers.add(contentsOf: self.server.fields(head))
        if self.transport.connection != nil {
            // Which knows no such fields.
        } else if isLast {
            headers.replaceOrAdd(name: "Connection", value: "close")
        } else {
            // Of use for clients who keep connections for later, and needed for those of HTTP/1.0.
            if head.version == .http1_0 || self.server.keepAlive != nil {
                headers.replaceOrAdd(name: "Connection", value: "keep-alive")
            }
            if let keepAlive = self.server.keepAlive { headers.replaceOrAdd(name: "Keep-Alive", value: keepAlive) }
        }
        self.server.observer.answered(
            head,
            from: (self.forwardedAddress ?? self.connection.address)?.description,
            with: response.status,
            bytes: response.body.readableBytes,
            since: self.requestStart
        )
        let responseHead = HTTPResponseHead(version: head.version, status: response.status, headers: headers)
        let promise = context.eventLoop.makePromise(of: Void.self)
        self.lastWrite = promise.futureResult
        if let held = response.heldUntilSent {
            promise.futureResult.whenComplete { _ in withExtendedLifetime(held) {} }
        }
        let wasWriting = self.isWriting
        self.isWriting = true
        context.write(self.wrapOutboundOut(.head(responseHead)), promise: nil)
        if head.method != .HEAD {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: promise)
        self.isWriting = wasWriting
    }
}
