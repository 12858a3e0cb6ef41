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
            self.state = .answering(head)
            // Whoever answers has limits of its own.
            self.clearDeadline()
            let eventLoop = context.eventLoop
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            let isRunning = self.server.run {
                let reply = await work()
                eventLoop.execute { bound.value.finishLater(reply) }
            }
            if !isRunning { self.finish(.shuttingDown, to: head, context) }
        }
    }

    private func finishLater(_ reply: ServerReply) {
        guard case .answering(let head) = self.state, let context else { return }
        self.answer(head, with: reply, context)
        self.answerHeld()
    }

    func finish(_ response: ServerResponse, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        var response = response
        response.headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.readableBytes)")
        self.finish(response, to: head, isLast: self.isLast(head), context)
    }

    /// Whether a request is the last one that is answered on its connection.
    private func isLast(_ head: HTTPRequestHead) -> Bool {
        // A stream of HTTP/2 carries one request, and the decoder of HTTP/1 stops after one that asks for another protocol.
        guard self.transport.connection == nil else { return true }
        let isUpgrade = head.method == .CONNECT || head.headers.contains(name: "Upgrade")
        return !head.isKeepAlive || isUpgrade || self.isInputClosed || self.server.isShuttingDown
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

    /// Answers with an error and ends the connection. What the client still sends is dropped for a while, since a socket
    /// that is closed with bytes unread resets the connection, and with it the answer
    /// ([RFC 9112, 9.6](https://www.rfc-editor.org/rfc/rfc9112#section-9.6)).
    func refuse(
        _ head: HTTPRequestHead,
        _ status: HTTPResponseStatus,
        _ text: String,
        _ context: ChannelHandlerContext
    ) {
        self.releaseRequest()
        var response = ServerResponse(status, text: text + "\n")
        if status == .serviceUnavailable || status == .tooManyRequests {
            response.headers.add(name: "Retry-After", value: "5")
        }
        response.headers.add(name: "Content-Length", value: "\(response.body.readableBytes)")
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
        if self.transport.connection != nil {
            // Which knows no such fields.
        } else if isLast {
            headers.replaceOrAdd(name: "Connection", value: "close")
        } else if head.version == .http1_0 {
            headers.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
        self.server.observer.answered(
            head,
            from: self.clientAddress ?? context.channel.remoteAddress?.ipAddress,
            with: response.status,
            bytes: response.body.readableBytes,
            since: self.requestStart
        )
        let responseHead = HTTPResponseHead(version: head.version, status: response.status, headers: headers)
        let promise = context.eventLoop.makePromise(of: Void.self)
        self.lastWrite = promise.futureResult
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
