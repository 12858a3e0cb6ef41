internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTP2
internal import NIOSSL

@available(SwiftSSE 1.0, *)
extension HTTPServer {
    /// Sets up a new connection, whose protocol is not known yet.
    func setUp(_ channel: any Channel, _ deadlines: DeadlineList, _ certificate: TLSCertificate?) throws {
        var address = channel.remoteAddress.flatMap(IPAddress.init)
        // A proxy's connections are not its own; what they carry is counted by its clients' addresses.
        if let known = address, self.proxies.contains(known) { address = nil }
        let counted = address
        let admission = self.connections.insert(counted)
        let refusal: HTTPResponseStatus?
        switch admission {
        case .accepted:
            refusal = nil
            self.observer.connectionAccepted()
        case .refused(let status):
            refusal = status
            self.observer.connectionRefused(status == .tooManyRequests ? .address : .total)
        case .none:
            self.observer.connectionRefused(.unanswered)
            return channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in
            self.connections.remove(counted, admission)
            if admission == .accepted { self.observer.connectionClosed() }
        }

        let deadline = channel.eventLoop.now + TimeAmount(self.configuration.requestTimeout)
        if let certificate {
            var configuration = NIOSSLHandler.Configuration()
            // So that a large event does not cost its size for as long as the stream lasts.
            configuration.maximumPreservedOutboundBufferCapacity = 4096
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: certificate.context, configuration: configuration)
            )
        }
        try channel.pipeline.syncOperations.addHandler(
            ProtocolDetector(
                self,
                deadlines,
                refusal: refusal,
                isSecure: certificate != nil,
                deadline: deadline
            )
        )
    }

    func addHTTP1(
        to channel: any Channel,
        _ deadlines: DeadlineList,
        refusal: HTTPResponseStatus?,
        transport: Transport,
        deadline: NIODeadline
    ) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = self.configuration.maximumHeaderBytes
        limits.maxHeaderListSize = 2 * self.configuration.maximumHeaderBytes
        limits.maxHeaderFieldCount = self.configuration.maximumHeaders
        // The length or the coding is set with each response.
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(configuration: encoding),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits),
                maximumBufferSize: 64 * 1024 + limits.maxHeaderListSize
            ),
            HTTPServerPipelineHandler(),
            HTTPConnectionHandler(self, deadlines, refusal: refusal, transport: transport, firstDeadline: deadline),
        ])
    }

    func addHTTP2(
        to channel: any Channel,
        _ deadlines: DeadlineList,
        refusal: HTTPResponseStatus?,
        isSecure: Bool,
        deadline: NIODeadline
    ) throws {
        let output = FlushCoalescer()
        let connection = HTTP2ConnectionHandler(
            self,
            deadlines,
            output: output,
            isRefused: refusal != nil,
            isSecure: isSecure,
            firstDeadline: deadline
        )
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        let list = NIOLoopBound(deadlines, eventLoop: channel.eventLoop)
        // Deadlines are in the one list of the event loop.
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: nil, maxAge: nil, maxGraceTime: nil, keepalive: nil)
        )
        let isProxy = channel.remoteAddress.flatMap(IPAddress.init).map(self.proxies.contains) ?? false
        let configuration = self.http2Configuration(isProxy: isProxy)
        let http2 = NIOHTTP2Handler(
            mode: .server,
            eventLoop: channel.eventLoop,
            connectionConfiguration: configuration.connection,
            streamConfiguration: configuration.stream,
            streamDelegate: StreamDelegate(management: management.http2StreamDelegate, connection: bound)
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers([
                    HTTP2FramePayloadToHTTP1ServerCodec(),
                    HTTPConnectionHandler(self, list.value, refusal: refusal, transport: .stream(of: bound.value)),
                ])
            }
        }
        try channel.pipeline.syncOperations.addHandlers([output, http2, management, connection])
    }

    private func http2Configuration(isProxy: Bool) -> NIOHTTP2Handler.Configuration {
        let streams = self.configuration.maximumStreamsPerConnection
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: streams),
            // Above what is answered with 431. More ends the connection.
            HTTP2Setting(
                parameter: .maxHeaderListSize,
                value: 4 * self.configuration.maximumHeaderBytes + 64 * self.configuration.maximumHeaders
            ),
        ]
        configuration.connection.maximumRecentlyResetStreams = streams
        // A stream of events ends with a reset when its client leaves. So all may be reset at once, and again soon; but
        // not as often as by an attack that opens and resets streams. What clients do is no fault of a proxy's.
        let resets = isProxy ? 1000 * streams : 2 * streams + 200
        configuration.stream.streamResetFrameRateLimit.maximumCount = resets
        configuration.connection.controlFrameRateLimit.maximumCount = 2 * streams + 200
        return configuration
    }
}
