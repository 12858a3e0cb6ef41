internal import NIOCore
internal import NIOHTTP1
internal import SSEBroker
internal import ServerSentEvents
internal import SSEServer

@available(SwiftSSE 1.0, *)
extension HTTPConnectionHandler {
    func beginStream(
        _ admission: Admission,
        _ headers: HTTPHeaders,
        to request: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        guard !self.server.isShuttingDown else {
            return self.finish(.shuttingDown, to: request, context)
        }
        guard !self.connection.isKept || request.method == .HEAD else { return self.refuseSubscriber(request, context) }
        var head = HTTPResponseHead(version: request.version, status: .ok, headers: headers)
        head.headers.prepareForEventStream()
        // The answer to a request for the head only is a response like any other.
        guard request.method != .HEAD else { return self.finishHead(head.headers, to: request, context) }
        head.headers.add(contentsOf: self.server.fields(request))
        let isChunked = request.version == .http1_1
        if isChunked {
            head.headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        }
        // The connection ends with the stream, also where the client sees the stream's end by itself.
        if self.transport.connection == nil { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        self.server.observer.streamBegan()
        self.state = .beginning
        self.setDeadline(self.server.configuration.requestTimeout)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        // A first comment makes intermediaries pass the head on. The subscriber may write past the channel, so nothing
        // that the channel still has to write may be left when it begins.
        let comment = ByteBuffer(bytes: EventStreamEncoder().encode(comment: ""))
        let promise = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(comment))), promise: promise)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        promise.futureResult.assumeIsolated().whenSuccess {
            // Not from within the decoder's own call.
            bound.eventLoop.execute { bound.value.handOver(admission, request, isChunked: isChunked) }
        }
    }

    /// Takes all handlers of HTTP/1 out of the pipeline, this one as the last, and puts the subscriber in.
    private func handOver(_ admission: Admission, _ request: HTTPRequestHead, isChunked: Bool) {
        guard let context else { return }
        // On a stream of HTTP/2 there is only what makes frames of the parts of a response.
        guard self.transport.connection == nil else { return self.leave(to: admission, request, isChunked: isChunked) }
        let pipeline = context.channel.pipeline.syncOperations
        let removals = [
            self.remove(HTTPServerPipelineHandler.self, from: pipeline),
            self.remove(ByteToMessageHandler<HTTPRequestDecoder>.self, from: pipeline),
            self.remove(HTTPResponseEncoder.self, from: pipeline),
        ]
        EventLoopFuture.andAllComplete(removals, on: context.eventLoop).assumeIsolated().whenComplete { _ in
            self.leave(to: admission, request, isChunked: isChunked)
        }
    }

    private func leave(to admission: Admission, _ request: HTTPRequestHead, isChunked: Bool) {
        guard let context, context.channel.isActive else { return }
        let channel = context.channel
        // While the server shuts down, the shard ends the stream as it does the others.
        guard !self.isInputClosed else { return channel.close(promise: nil) }
        self.leaveClient(to: channel)
        channel.pipeline.syncOperations.removeHandler(self, promise: nil)
        let place: StreamPlace =
            switch self.transport {
            case .plain: .http1(isChunked: isChunked, isNextToSocket: true)
            case .tls: .http1(isChunked: isChunked, isNextToSocket: false)
            case .stream: .behind(.httpServerResponsePart)
            }
        do {
            let report = self.server.observer.streamReport(
                of: request,
                from: (self.forwardedAddress ?? self.connection.address)?.description,
                since: self.requestStart
            )
            _ = try self.server.fanOut.attach(channel, admission, at: place, report: report)
        } catch {
            channel.close(promise: nil)
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
}
